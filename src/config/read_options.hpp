// Reads the values that options set for all servers.
#pragma once

#include <vector>

#include "config/problems.hpp"
#include "config/servers.hpp"
#include "config/value.hpp"

namespace connprobe::config {

/// One layer; each option is a source of its own in `names`.
[[nodiscard]] Layer read_options(const std::vector<OptionValue>& options, SourceNames& names, Problems& problems);

}  // namespace connprobe::config
