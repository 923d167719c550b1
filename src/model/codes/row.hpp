// The words in which the rows of the table of codes are written.
#pragma once

#include "connprobe/failure.hpp"

namespace connprobe::codes {

using enum FailureClass;

/// A strategy without rules tries again what waiting can heal, and only that.
inline constexpr bool heals = true;
inline constexpr bool stays = false;

}  // namespace connprobe::codes
