// What the table says of servers whose port is open, and of which no more is known.
#pragma once

#include <string>

#include "report/in_order.hpp"
#include "report/table/look.hpp"

namespace connprobe::report::table {

/// The first three, and how many more; empty if there is none.
[[nodiscard]] std::string readiness_hints(const InOrder& results, const Look& look);

}  // namespace connprobe::report::table
