// The last column of the table: in a few words, why a server is as it is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/table/look.hpp"

namespace connprobe::report::table {

/// What may be left out of a detail where there is no room for it.
enum class Worth : std::uint8_t {
    nice,       ///< good to know
    useful,     ///< warnings and what was overcome
    important,  ///< how often it was tried
    essential,  ///< the code of the failure, or why the server is degraded
};

/// A few words that are shown whole or not at all.
struct Remark {
    std::string text;
    Worth worth;
    std::string_view joint = ", ";  ///< between it and the remark before it
};
using Detail = std::vector<Remark>;

/// `with_time` where the table has no column for the time.
[[nodiscard]] Detail detail_of(const Result& result, WallTime now, bool with_time, const Look& look);

/// The remarks of at least that worth, as one text.
[[nodiscard]] std::string joined(const Detail& detail, Worth least);

/// As many remarks as fit, the least worthy left out first; elided if not even the essential ones do.
[[nodiscard]] std::string fitted(const Detail& detail, std::size_t room, const Look& look);

}  // namespace connprobe::report::table
