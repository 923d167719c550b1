// When a server that never answers would be tried, in words, from its retry policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/retry.hpp"

namespace connprobe::cli {

/// One line for each kind of failure that the policy tells apart; attempts are taken to need no time. Without a seed
/// the times are those without jitter, and the line says how far each wait is spread; with one they are what is drawn.
[[nodiscard]] std::vector<std::string> retry_schedule(const RetryPolicy& policy, std::optional<std::uint64_t> seed,
                                                      std::string_view name);

/// Are its waits drawn?
[[nodiscard]] bool has_jitter(const RetryPolicy& policy) noexcept;

}  // namespace connprobe::cli
