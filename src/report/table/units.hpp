// Times as people read them.
#pragma once

#include <string>

#include "connprobe/result.hpp"

namespace connprobe::report::table {

/// Something measured: 0.005 ms, 0.3 ms, 14.0 ms, 1.2 s, 2m05s, 1h02m.
[[nodiscard]] std::string measured(Duration duration);

/// A limit as its user may have written it: 150 ms, 1.5 s, 14 d.
[[nodiscard]] std::string limit(Duration duration);

/// Whole days from one time to another, rounded down.
[[nodiscard]] long days_between(WallTime from, WallTime until);

}  // namespace connprobe::report::table
