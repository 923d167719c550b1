// For --dry-run: every value of a target, and where it came from.
#pragma once

#include <vector>

#include "config/merge.hpp"
#include "config/servers.hpp"
#include "config/spot.hpp"

namespace connprobe::config {

/// In the order of the keys' table; `merged` is what holds for the target. Where the server is and what it is called is
/// listed only if something other than the server itself says so.
[[nodiscard]] std::vector<Origin> list_origins(const Target& target, const Merged& merged, const SourceNames& names);

}  // namespace connprobe::config
