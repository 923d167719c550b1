// The last line of the table: the whole run in one sentence.
#pragma once

#include <string>

#include "report/table/look.hpp"

namespace connprobe::report::table {

/// "1 down, 1 degraded, 3 up of 5 in 18.1 s; 4 retries.  (exit status 1)"
[[nodiscard]] std::string summary_line(const Summary& summary, const Look& look);

}  // namespace connprobe::report::table
