// The terminal behind a descriptor: whether there is one, how wide it is, and which characters it can show.
#pragma once

#include <cstddef>
#include <string_view>

namespace connprobe::terminal {

[[nodiscard]] bool is_terminal(int descriptor) noexcept;

/// Columns of the terminal, else what the variable COLUMNS says, else 80.
[[nodiscard]] std::size_t columns_of(int descriptor) noexcept;

/// A width given as text; 0 if it is none.
[[nodiscard]] std::size_t columns_from(std::string_view text) noexcept;

/// Does the locale of that name (`de_DE.UTF-8`) write UTF-8?
[[nodiscard]] bool is_utf8_locale(std::string_view name) noexcept;

/// The same of the locale that the environment asks for: LC_ALL, else LC_CTYPE, else LANG.
[[nodiscard]] bool environment_is_utf8() noexcept;

}  // namespace connprobe::terminal
