// The bytes of a server list: a file, a pipe or standard input, read whole, with a limit.
#pragma once

#include <cstddef>
#include <string>

#include "config/parsed.hpp"
#include "config/spot.hpp"

namespace connprobe::config {

inline constexpr std::size_t largest_input = std::size_t{256} << 20;

/// Everything in the file, `-` is standard input; without a byte order mark. The problem says why there is nothing.
[[nodiscard]] Parsed<std::string> read_input(const std::string& file);

/// Where the first bytes that are no UTF-8 stand; line 0 if there are none.
[[nodiscard]] Place find_invalid_utf8(std::string_view text) noexcept;

}  // namespace connprobe::config
