// What holds where a command line says nothing else: the commands differ in it.
#pragma once

#include "cli/options.hpp"

namespace connprobe::cli {

[[nodiscard]] Options defaults_of(Command command);

}  // namespace connprobe::cli
