// Makes the check of a target from merged values and from what its URL says.
#pragma once

#include <optional>

#include "config/merge.hpp"
#include "config/problems.hpp"
#include "config/substitute.hpp"
#include "connprobe/check.hpp"

namespace connprobe::config {

/// None where the connection alone is judged. What is contradictory is reported where the value at fault stands.
[[nodiscard]] std::optional<Check> make_check(const Merged& merged, Problems& problems, const Environment& environment);

}  // namespace connprobe::config
