// What is said to the user on standard error, beside the log.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"

namespace connprobe::cli {

/// Shows whole lines, which say all that is wrong. Returns the exit status of wrong input.
[[nodiscard]] int refuse(const std::vector<std::string>& errors);

void warn(const Options& options, const std::vector<std::string>& warnings);

}  // namespace connprobe::cli
