// Reads the keys of an object (a server, `defaults`, `retry`, `tls`) into settings, each held to the table of keys.
#pragma once

#include <string>
#include <string_view>

#include "config/read_value.hpp"

namespace connprobe::config {

/// Reads every key of the object; what is wrong is reported and left out.
[[nodiscard]] Layer read_layer(const Node& object, Scope scope, bool is_defaults, const Path* path,
                               const Reading& reading);

/// Reads the value of one key, which may be an object of settings, into the layer.
void read_setting(const KeyInfo& key, const Node& node, const Path* path, const Reading& reading, Layer& layer);

/// Reports values of one level that contradict each other.
void check_level(const Layer& layer, const Path* path, const Reading& reading);

/// A message's second half for a key that is not in the table.
[[nodiscard]] std::string unknown_key(Scope scope, bool is_defaults, std::string_view name);

}  // namespace connprobe::config
