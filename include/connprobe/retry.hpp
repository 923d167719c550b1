// Whether a failed attempt is followed by another, and after which wait: a policy, and the pure function that applies it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "connprobe/failure.hpp"

namespace connprobe {

/// Everything that users write as a duration and everything that is measured: whole microseconds.
using Duration = std::chrono::microseconds;

enum class Strategy : std::uint8_t { none, fixed, exponential, custom };

[[nodiscard]] std::string_view to_string(Strategy strategy) noexcept;

/// How the base wait of retry k = 1, 2, … is computed, and how far it is spread.
struct Backoff {
    bool exponential = false;  ///< min(delay · multiplier^(k-1), max_delay) instead of delay
    Duration delay = std::chrono::seconds{1};
    Duration max_delay = std::chrono::seconds{30};  ///< exponential only; 0 means no limit
    double multiplier = 2.0;                        ///< at least 1
    double jitter = 0.1;                            ///< F: drawn evenly from [(1-F)·b, min((1+F)·b, max_delay)]; 0 to 1
    bool full_jitter = false;                       ///< drawn evenly from [0, b] (AWS architecture blog, 2015)

    friend bool operator==(const Backoff&, const Backoff&) = default;
};

/// What a retry rule speaks about: every failure, those of dns, network and timeout, one class, or one code.
struct AnyFailure {
    friend bool operator==(const AnyFailure&, const AnyFailure&) = default;
};
struct TransientFailure {
    friend bool operator==(const TransientFailure&, const TransientFailure&) = default;
};
using FailurePattern = std::variant<AnyFailure, TransientFailure, FailureClass, Code>;

/// The first rule of a policy with a pattern that fits a failure decides what follows it.
struct RetryRule {
    std::vector<FailurePattern> on;
    bool stop = false;                          ///< no further attempt
    Backoff backoff;                            ///< the wait, unless `stop`
    std::optional<std::uint32_t> max_attempts;  ///< instead of the policy's, for what this rule decides; 0: no limit

    friend bool operator==(const RetryRule&, const RetryRule&) = default;
};

struct RetryPolicy {
    Strategy strategy = Strategy::none;
    std::uint32_t max_attempts = 1;  ///< all attempts of a server, the first included; 0: no limit
    Backoff backoff;                 ///< of fixed and exponential
    std::vector<RetryRule> rules;    ///< of custom only
    bool persistent = false;  ///< what no rule decides is tried again, also what waiting rarely heals: as a wait does

    friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

/// Does the pattern speak about failures of this class and code?
[[nodiscard]] bool fits(const FailurePattern& pattern, FailureClass failure_class, Code code) noexcept;

/// What follows a failed attempt.
struct RetryDecision {
    enum class Stop : std::uint8_t { go_on, attempts, rule };
    Stop stop = Stop::go_on;  ///< why there is no further attempt: they are used up, or the failure is not one to retry
    Duration wait{};          ///< before the next attempt, when there is one
};

/// Decides after attempt number `attempts` (1, 2, …) of the server `name` has failed. Pure: the random draw depends on
/// seed, name and attempts only.
[[nodiscard]] RetryDecision decide_retry(const RetryPolicy& policy, FailureClass failure_class, Code code,
                                         std::uint32_t attempts, std::uint64_t seed, std::string_view name);

/// The base wait before retry k = 1, 2, …, before any jitter.
[[nodiscard]] Duration base_wait(const Backoff& backoff, std::uint32_t k) noexcept;

/// What the wait before retry k is drawn from.
struct WaitRange {
    Duration shortest, longest;
};
[[nodiscard]] WaitRange wait_range(const Backoff& backoff, std::uint32_t k) noexcept;

/// The wait before retry k of the server `name`, jitter included.
[[nodiscard]] Duration drawn_wait(const Backoff& backoff, std::uint32_t k, std::uint64_t seed,
                                  std::string_view name) noexcept;

}  // namespace connprobe
