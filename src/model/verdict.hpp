// What the exit status of a run is, decided by how many servers are up and how the run ended.
#pragma once

#include <cstddef>

#include "connprobe/result.hpp"

namespace connprobe {

/// What a verdict depends on.
struct Standing {
    std::size_t reached = 0;   ///< their goal: they are up or, where that was wanted, gone
    std::size_t degraded = 0;  ///< of those that reached it
    std::size_t missed = 0;    ///< known not to have reached it
    std::size_t unknown = 0;
    std::size_t unknown_local = 0;  ///< of the unknown: those that failed on this machine (class local)
    bool deadline_cut = false;      ///< the deadline ended a server's retries
    std::size_t required = 0;       ///< how many must reach it
    RunEnd end = RunEnd::completed;
};

struct Judgement {
    Verdict verdict;
    int exit_status;  ///< 130 (SIGINT) for any signal
};

/// Where several statuses hold, the first of 130, 4, 124, 1, 3, 0.
[[nodiscard]] Judgement judge(const Standing& standing) noexcept;

}  // namespace connprobe
