// The values of the keys of `check`: each is read from a text, or from an object or a list of them.
#pragma once

#include <string>
#include <string_view>

#include "config/keys.hpp"
#include "config/parsed.hpp"
#include "config/value.hpp"

namespace connprobe::config {

/// Reads the text of such a value; the problem says what was expected. Types of other keys are texts.
[[nodiscard]] Parsed<Value> parse_check_value(ValueType type, std::string_view text);

[[nodiscard]] Parsed<StatusRange> parse_status(std::string_view text);

/// What is wrong with a header of a request; empty if nothing is.
[[nodiscard]] std::string header_name_problem(std::string_view name);
[[nodiscard]] std::string header_value_problem(std::string_view value);

/// As --dry-run shows it: without what could be secret (headers, bodies, what steps send).
[[nodiscard]] std::string shown_value(const Setting& setting);

}  // namespace connprobe::config
