// Which servers the table shows, and in which order: the worst last, so that they stay on the screen.
#pragma once

#include <vector>

#include "connprobe/result.hpp"
#include "report/in_order.hpp"

namespace connprobe::report::table {

struct Selection {
    std::vector<const Result*> rows;
    std::size_t hidden_up = 0;
    std::size_t hidden_not_up = 0;
};

/// Every server while there are few; of many those not up, the worst of them first in the choice, and the slowest.
[[nodiscard]] Selection select(const InOrder& results, const Goal& goal, bool show_all);

}  // namespace connprobe::report::table
