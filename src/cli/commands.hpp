// The commands: each takes what the command line asks for and returns the exit status.
#pragma once

#include "cli/options.hpp"

namespace connprobe::cli {

[[nodiscard]] int probe_command(const Options& options);
[[nodiscard]] int wait_command(const Options& options);
[[nodiscard]] int warm_command(const Options& options);
[[nodiscard]] int explain_command(const Options& options);
[[nodiscard]] int demo_command(const Options& options);
[[nodiscard]] int completion_command(const Options& options);

/// Reads the command line, does what it asks for, returns the exit status.
[[nodiscard]] int run(int argc, const char* const* argv);

}  // namespace connprobe::cli
