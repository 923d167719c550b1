// Makes the Settings of a target from merged values, and checks what only shows once they are merged.
#pragma once

#include "config/merge.hpp"
#include "config/problems.hpp"
#include "config/servers.hpp"
#include "config/substitute.hpp"
#include "connprobe/target.hpp"

namespace connprobe::config {

/// What is contradictory is reported where the value at fault stands.
[[nodiscard]] Settings make_settings(const Merged& merged, const BuiltIn& built_in, Problems& problems,
                                     const Environment& environment);

[[nodiscard]] RetryPolicy make_retry_policy(const Merged& merged, const BuiltIn& built_in, Problems& problems);

}  // namespace connprobe::config
