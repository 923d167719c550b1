// Times as sentences say them: "250 ms", "1.5 s", "2026-01-02 03:04:05 UTC".
#pragma once

#include <chrono>
#include <string>

#include "connprobe/retry.hpp"

namespace connprobe {

/// Below a second in milliseconds, below two minutes in seconds, with at most three decimals, none that is 0; else in the
/// two largest units: "1 h 30 min", "14 d".
[[nodiscard]] std::string readable(Duration duration);

/// "2026-01-02 03:04:05 UTC".
[[nodiscard]] std::string readable_utc(std::chrono::sys_time<std::chrono::microseconds> time);

/// "1 retry", "2 retries".
[[nodiscard]] std::string counted(std::size_t count, std::string_view one, std::string_view many);
/// "1 server", "2 servers".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

}  // namespace connprobe
