// Sentences below the table, broken at the width of the terminal.
#pragma once

#include <string>
#include <string_view>

#include "report/table/look.hpp"

namespace connprobe::report::table {

/// Lines that begin with `indent` spaces, the first of them `lead`, in its ink, when the text does; each with its end.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, const Look& look, const Span& lead = {});

}  // namespace connprobe::report::table
