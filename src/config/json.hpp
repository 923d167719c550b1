// Reads JSON text into a Document with the place of every key and value.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/node.hpp"
#include "config/problems.hpp"

namespace connprobe::config {

/// False when the text is no document that can be used; the problems are reported. `start` is the place of
/// the text's first character (a line of NDJSON is a document of its own).
[[nodiscard]] bool read_json(std::string_view text, std::uint32_t source, Place start, Document& document,
                             Problems& problems);

/// Where the first value of the text ends, npos if it does not; only brackets and quotes are looked at.
[[nodiscard]] std::size_t end_of_first_value(std::string_view text) noexcept;

/// Is this a number as JSON writes one (RFC 8259 §6)?
[[nodiscard]] bool is_json_number(std::string_view text) noexcept;

}  // namespace connprobe::config
