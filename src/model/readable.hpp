// Times as sentences say them: "250 ms", "1.5 s".
#pragma once

#include <string>

#include "connprobe/retry.hpp"

namespace connprobe {

/// Below a second in milliseconds, else in seconds; at most three decimals, none that is 0.
[[nodiscard]] std::string readable(Duration duration);

}  // namespace connprobe
