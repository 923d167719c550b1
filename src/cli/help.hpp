// The texts of -h, --help and --version.
#pragma once

#include <string>

#include "cli/option_table.hpp"

namespace connprobe::cli {

[[nodiscard]] std::string short_help(Command command);
[[nodiscard]] std::string help(Command command);

/// One line, or with the versions of the libraries it stands on.
[[nodiscard]] std::string version(bool with_libraries);

}  // namespace connprobe::cli
