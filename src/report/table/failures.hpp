// Below the table: for each code that occurred, what happened, what it means, and what to look at next.
#pragma once

#include <string>

#include "report/in_order.hpp"
#include "report/table/look.hpp"

namespace connprobe::report::table {

/// Paragraphs, each after an empty line; the most frequent code last.
[[nodiscard]] std::string failure_paragraphs(const InOrder& results, const RunInfo& run, const Look& look);

}  // namespace connprobe::report::table
