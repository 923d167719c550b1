// Has the latency of a server settled? Decided from its requests alone, one after the other.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "connprobe/retry.hpp"

namespace connprobe::warm {

struct SteadyRule {
    std::size_t window = 20;   ///< requests that are looked at together
    double within = 0.1;       ///< the median of a window differs by less than this share from that of the one before …
    std::size_t windows = 3;   ///< … so many times in a row
    std::size_t most = 1000;   ///< requests after which a server has not settled
    std::size_t failures = 1;  ///< requests without a right answer after which it has not either
    /// What differs by less has not changed: at this scale it is the machine that is measured, not the server.
    Duration least = std::chrono::microseconds{100};

    friend bool operator==(const SteadyRule&, const SteadyRule&) = default;
};

class Steadiness {
public:
    explicit Steadiness(const SteadyRule& rule) : rule_{rule} {}

    /// A request has been answered. Once it is known whether the server has settled, this changes nothing.
    void add(Duration latency);

    /// A request was answered wrongly, or not in time.
    void fail();

    /// Settled, or not within the requests that it had; none while it is open.
    [[nodiscard]] std::optional<bool> verdict() const noexcept;
    [[nodiscard]] std::size_t requests() const noexcept { return requests_; }

    /// The median of the last whole window; none before the first.
    [[nodiscard]] std::optional<Duration> latency() const noexcept { return last_; }

private:
    void close_window();

    SteadyRule rule_;
    std::vector<Duration> window_;
    std::optional<Duration> last_;
    std::size_t requests_ = 0, failures_ = 0, alike_ = 0;
};

}  // namespace connprobe::warm
