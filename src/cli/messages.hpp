// What is said to the user on standard error, beside the log.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "os/exec.hpp"

namespace connprobe::cli {

/// The exit status of a run that this program or this machine has spoilt.
inline constexpr int tool_failed = 4;

/// Shows whole lines, which say all that is wrong. Returns the exit status of wrong input.
[[nodiscard]] int refuse(const std::vector<std::string>& errors);

/// Shows what kept this program from its work. Returns the exit status of that.
[[nodiscard]] int fail(const std::vector<std::string>& errors);

/// Shows why CMD cannot be run. Returns the exit status that a shell gives then.
[[nodiscard]] int fail(const os::ExecFailure& failure);

/// --quiet wants a wait to be silent, unless --progress says more.
[[nodiscard]] bool is_silent(const Options& options);

/// Is a line of progress drawn on standard error?
[[nodiscard]] bool draws_progress(const Options& options);

void warn(const Options& options, const std::vector<std::string>& warnings);

}  // namespace connprobe::cli
