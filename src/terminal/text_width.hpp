// How many columns of a terminal a text takes, and how it is shortened to fit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace connprobe::terminal {

/// Of printable UTF-8. Asks no locale: the figures are those of wcwidth() in a UTF-8 locale, kept in width_table.hpp.
[[nodiscard]] std::size_t text_width(std::string_view text) noexcept;
[[nodiscard]] std::size_t character_width(char32_t character) noexcept;

/// The longest beginning of `text` that is not wider than `columns`; combining marks stay with their letter.
[[nodiscard]] std::string_view fitting_prefix(std::string_view text, std::size_t columns) noexcept;

/// `text`, or as much of its beginning as fits together with `ellipsis`; nothing wider than `columns`.
[[nodiscard]] std::string elide(std::string_view text, std::size_t columns, std::string_view ellipsis);

/// The same, but what is left out is in the middle: names and addresses often differ at their ends.
[[nodiscard]] std::string elide_middle(std::string_view text, std::size_t columns, std::string_view ellipsis);

}  // namespace connprobe::terminal
