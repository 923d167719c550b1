// A port that is open says little of a database behind it: the hint that says so, and what to write instead.
#pragma once

#include <string>

#include "connprobe/target.hpp"

namespace connprobe {

/// One sentence for a server that is up without a check, on a port where a database usually speaks; empty for others.
[[nodiscard]] std::string open_not_ready(const Target& target);

}  // namespace connprobe
