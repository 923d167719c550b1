// Plain lists: one target a line, # begins a comment.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "config/spot.hpp"

namespace connprobe::config {

/// Calls `use` with what each line says, without comment and blanks, and its place. Lines may end in CR LF.
void for_each_line(std::string_view text, const std::function<void(std::string_view, Place)>& use);

/// How many lines there are at most.
[[nodiscard]] std::size_t count_lines(std::string_view text) noexcept;

}  // namespace connprobe::config
