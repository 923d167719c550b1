// Options that are right one by one and wrong together.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cli/split.hpp"

namespace connprobe::cli {

/// Fills in what follows from other options (the table, where nothing else is printed; the level of the log) and
/// returns what is wrong, as whole sentences.
[[nodiscard]] std::vector<std::string> check_together(Options& options, const Split& split);

}  // namespace connprobe::cli
