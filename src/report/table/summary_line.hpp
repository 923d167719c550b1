// The last line of the table: the whole run in one sentence.
#pragma once

#include <string>

#include "report/table/look.hpp"

namespace connprobe::report::table {

/// "1 down, 1 degraded, 3 up of 5 in 18.1 s; 4 retries.  (exit status 1)"
[[nodiscard]] std::string summary_line(const Summary& summary, const Look& look);

/// The same of a run that wanted its servers gone, as `gone` of them are: "1 gone, 1 still there of 2 in 18.1 s"
[[nodiscard]] std::string summary_line_of_gone(const Summary& summary, std::size_t gone, const Look& look);

}  // namespace connprobe::report::table
