// Durations as users write them: 250us, 500ms, 1.5s, 1m30s, 14d. A unit is required; only 0 stands alone.
#pragma once

#include <string>
#include <string_view>

#include "config/parsed.hpp"
#include "connprobe/retry.hpp"

namespace connprobe::config {

/// The longest duration that can be said: a hundred years, which the clocks can still add to now.
inline constexpr Duration longest_duration = std::chrono::hours{24 * 36500};

/// The problem says what would be right: `has no unit: write 500ms or 500s`.
[[nodiscard]] Parsed<Duration> parse_duration(std::string_view text);

/// The shortest form that parse_duration reads back as the same value: `1m30s`, `1.5s`, `0`.
[[nodiscard]] std::string format_duration(Duration duration);

}  // namespace connprobe::config
