// How good a result is in the eyes of who asked: a server that should be gone is well when it is down.
#pragma once

#include "connprobe/result.hpp"

namespace connprobe::report::table {

[[nodiscard]] inline bool wants_gone(const Goal& goal) noexcept { return goal.state == Goal::State::gone; }

/// The status by which a server is marked and has its place in the table.
[[nodiscard]] inline Status standing(const Result& result, const Goal& goal) noexcept {
    if (!wants_gone(goal) || result.status == Status::unknown) return result.status;
    return reached(result, goal) ? Status::up : Status::down;
}

}  // namespace connprobe::report::table
