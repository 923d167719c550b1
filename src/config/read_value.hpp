// Reads the value of one key from a document, and says what would make a wrong one right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/keys.hpp"
#include "config/node.hpp"
#include "config/problems.hpp"
#include "config/value.hpp"

namespace connprobe::config {

/// What reading needs besides the value.
struct Reading {
    Problems& problems;
    std::uint32_t source;
    std::string_view folder;  ///< paths are relative to it; empty: as they are
    bool is_trusted = false;  ///< a file named with -s: it may read our environment
};

/// A scalar or a list of words; what is wrong is reported.
[[nodiscard]] std::optional<Value> read_value(const KeyInfo& key, const Node& node, const Path* path,
                                              const Reading& reading);

/// The end of a message: `: write 443 without quotes`; empty if no remedy is plain.
[[nodiscard]] std::string remedy(ValueType type, const Node& node);

}  // namespace connprobe::config
