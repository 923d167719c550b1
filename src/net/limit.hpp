// Until when a phase may take, and which of the user's limits that is: a time-out's message names it.
#pragma once

#include <optional>
#include <string_view>

#include "connprobe/retry.hpp"
#include "net/time.hpp"

namespace connprobe::net {

struct Limit {
    TimePoint at = TimePoint::max();
    Duration length{};      ///< of the limit that comes first
    std::string_view name;  ///< its key: "timeout", "connect_timeout"; empty: there is none
};

/// The earlier of the attempt's limit and the phase's own; a length of 0 limits nothing.
[[nodiscard]] inline Limit phase_limit(TimePoint attempt_start, Duration timeout, TimePoint phase_start,
                                       std::optional<Duration> phase_timeout, std::string_view phase_key) {
    Limit limit;
    if (timeout.count() > 0) limit = {later(attempt_start, timeout), timeout, "timeout"};
    if (phase_timeout && phase_timeout->count() > 0 && later(phase_start, *phase_timeout) < limit.at)
        limit = {later(phase_start, *phase_timeout), *phase_timeout, phase_key};
    return limit;
}

}  // namespace connprobe::net
