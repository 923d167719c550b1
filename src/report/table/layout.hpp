// Which columns a table has on this terminal, and how wide each is.
#pragma once

#include <vector>

#include "report/table/columns.hpp"

namespace connprobe::report::table {

struct Placed {
    const Column* column;
    std::size_t width;
};

/// Two spaces stand between columns.
constexpr std::size_t gap = 2;

/// Drops and narrows columns until a line fits the terminal; `sheet` learns whether the time is still shown.
[[nodiscard]] std::vector<Placed> lay_out(const std::vector<const Result*>& rows, Sheet& sheet);

}  // namespace connprobe::report::table
