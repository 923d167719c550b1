// The time of day, which results show and certificates are held against.
#pragma once

#include <chrono>

#include "connprobe/result.hpp"

namespace connprobe {

/// In microseconds: nanoseconds would end in 2262, and certificates do not.
[[nodiscard]] inline WallTime wall_clock_now() {
    return std::chrono::floor<WallTime::duration>(std::chrono::system_clock::now());
}

}  // namespace connprobe
