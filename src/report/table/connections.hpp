// What the table tells of the connections that were opened to be kept warm.
#pragma once

#include "report/table/detail.hpp"

namespace connprobe::report::table {

/// "4/4": those that are open, of those that were asked for.
[[nodiscard]] Cell open_cell(const Connections& connections, const Look& look);

/// What the first request cost, and what half of the rest cost at most.
[[nodiscard]] Cell cold_cell(const Connections& connections, const Look& look);
[[nodiscard]] Cell warm_cell(const Connections& connections, const Look& look);

/// The latency of the requests from the first to the last, each step a stretch of them, the highest a full block.
[[nodiscard]] Cell curve_cell(const Connections& connections, std::size_t room, const Look& look);

/// Settled or not, what was lost, what was resumed, and what each connection costs here.
[[nodiscard]] Detail connection_remarks(const Connections& connections);

}  // namespace connprobe::report::table
