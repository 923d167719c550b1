// Which servers a command line asks for, and whether they can be probed as it says.
#pragma once

#include <optional>

#include "cli/options.hpp"

namespace connprobe::cli {

struct ReadTargets {
    config::Outcome servers;
    std::optional<int> exit_status;  ///< nothing is to be probed: what was wrong, or what --dry-run asks for, was shown
};

[[nodiscard]] ReadTargets read_targets(const Options& options);

}  // namespace connprobe::cli
