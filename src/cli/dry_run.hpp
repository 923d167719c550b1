// What a run would do: the servers, each value with where it came from, and when each server would be tried.
#pragma once

#include <string>

#include "cli/options.hpp"

namespace connprobe::cli {

/// `servers` without errors and with its origins.
[[nodiscard]] std::string dry_run(const Options& options, const config::Outcome& servers);

}  // namespace connprobe::cli
