// The clock that everything is measured with, and how a wait comes to its end.
#pragma once

#include <chrono>
#include <cstdint>

namespace connprobe::net {

/// Never set, never jumps.
using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

/// That much later, or TimePoint::max() where the clock cannot count so far.
[[nodiscard]] constexpr TimePoint later(TimePoint from, std::chrono::microseconds wait) {
    const auto room = std::chrono::duration_cast<std::chrono::microseconds>(TimePoint::max() - from);
    return wait < room ? from + wait : TimePoint::max();
}

enum class Waited : std::uint8_t {
    ready,      ///< what was waited for happened
    expired,    ///< its time ran out first
    cancelled,  ///< the run is ending
};

}  // namespace connprobe::net
