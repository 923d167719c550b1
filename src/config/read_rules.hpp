// Reads `retry.rules` of a document: [{on: auth, stop: true}, {on: [dns, timeout], strategy: fixed, delay: 2s}].
#pragma once

#include <optional>

#include "config/read_value.hpp"

namespace connprobe::config {

/// The list as a value; what is wrong, a rule that can never be reached too, is reported.
[[nodiscard]] std::optional<Value> read_rules(const Node& node, const Path* path, const Reading& reading);

}  // namespace connprobe::config
