// One pass over targets that are already known: opens the outputs, probes, writes, and says with what to exit.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "cli/options.hpp"
#include "os/signals.hpp"

namespace connprobe::cli {

struct Probed {
    int exit_status = 0;
    bool enough = false;           ///< servers have reached their goal, and all that was to be written is written
    int signal = 0;                ///< that ended the run: the program ends by it too, when it has cleaned up; 0: none
    std::vector<Result> results;   ///< one for each server, in their order; empty if nothing was probed
    std::vector<Target> expanded;  ///< the targets, where some are SRV records: with the servers that these name
    std::unique_ptr<os::SignalWatch> signals;  ///< still watching; null if nothing was probed
};

/// The results point into `targets`, or into `expanded`.
[[nodiscard]] Probed probe_targets(const Options& options, std::span<const Target> targets);

}  // namespace connprobe::cli
