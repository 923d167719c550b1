// --tag and --name: which of the servers are probed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/problems.hpp"
#include "connprobe/target.hpp"

namespace connprobe::config {

struct Selection {
    const std::vector<std::string>& tags;   ///< one must fit: `a,b` both, `!a` without
    const std::vector<std::string>& names;  ///< globs (glob(7)), one must fit
};

/// Reports what no selection can be.
void check_selection(const Selection& selection, Problems& problems);

[[nodiscard]] bool is_selected(const Target& target, const Selection& selection);

/// Why nothing is left: what was left out by which option, and which tags there are.
[[nodiscard]] std::string nothing_selected(const std::vector<Target>& all, const Selection& selection);

}  // namespace connprobe::config
