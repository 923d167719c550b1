// Sentences below the table, broken at the width of the terminal.
#pragma once

#include <string>
#include <string_view>

#include "report/table/look.hpp"

namespace connprobe::report::table {

/// Lines that begin with `indent` spaces, the first of them `lead`, in its ink, when the text does; each with its end.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, const Look& look, const Span& lead = {});

/// `first` and `second` in one line, or in two where the terminal is too narrow, so that neither is broken.
[[nodiscard]] std::string together(const Span& first, std::string_view second, std::size_t indent, const Look& look);

}  // namespace connprobe::report::table
