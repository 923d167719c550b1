// Reads YAML text into a Document with the place of every key and value.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/node.hpp"
#include "config/problems.hpp"

namespace connprobe::config {

/// Aliases that stand for more values than this, all together, are a bomb.
inline constexpr std::size_t most_aliased_nodes = 500'000;

/// False when the text is no document that can be used; the problems are reported. Numbers, true, false and null are
/// what they are in JSON; 017, yes, 0x1F are texts.
[[nodiscard]] bool read_yaml(std::string_view text, std::uint32_t source, Document& document, Problems& problems);

}  // namespace connprobe::config
