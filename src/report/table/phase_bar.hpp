// The phases of an attempt as a bar: each phase its own shade, all bars of a table on one scale.
#pragma once

#include "report/table/look.hpp"

namespace connprobe::report::table {

/// At most `width` columns stand for `scale`; what is longer ends in a sign that says so. The phase that failed is red.
[[nodiscard]] Cell phase_bar(const PhaseTimes& times, bool failed, Duration scale, std::size_t width, const Look& look);

/// What the shades mean, for the phases that occur in `times`, and the scale: "░ resolve ▒ connect   0 … 200 ms".
[[nodiscard]] Cell phase_legend(const std::vector<PhaseTimes>& times, Duration scale, const Look& look);

}  // namespace connprobe::report::table
