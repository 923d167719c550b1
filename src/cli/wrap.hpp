// Text set in lines of at most eighty columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace connprobe::cli {

inline constexpr std::size_t text_width = 80;

/// Continues a line that has `used` columns already; further lines are indented. Without a newline at the end.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t indent, std::size_t used);

/// Pads `left` to `column` and wraps the text beside it, or below it where there is no room. Ends with a newline.
[[nodiscard]] std::string beside(std::string_view left, std::string_view text, std::size_t column);

}  // namespace connprobe::cli
