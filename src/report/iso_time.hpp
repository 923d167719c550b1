// Points in time as ISO 8601 writes them, in UTC.
#pragma once

#include <string>

#include "connprobe/result.hpp"

namespace connprobe::report {

[[nodiscard]] std::string iso_milliseconds(WallTime time);  ///< 2026-01-02T03:04:05.678Z
[[nodiscard]] std::string iso_seconds(WallTime time);       ///< 2026-01-02T03:04:05Z
[[nodiscard]] std::string iso_date(WallTime time);          ///< 2026-01-02

}  // namespace connprobe::report
