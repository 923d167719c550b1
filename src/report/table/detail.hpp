// The last column of the table: in a few words, why a server is as it is.
#pragma once

#include <string>

#include "report/table/look.hpp"

namespace connprobe::report::table {

/// The same said at three lengths, for terminals of any width.
struct Detail {
    std::string full;
    std::string brief;  ///< retries and the code of the failure, or why the server is degraded
    std::string bare;   ///< the code alone
};

/// `with_time` where the table has no column for the time.
[[nodiscard]] Detail detail_of(const Result& result, WallTime now, bool with_time, const Look& look);

}  // namespace connprobe::report::table
