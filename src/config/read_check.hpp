// Reads the key `check`: a word, false, or an object whose keys belong to its type.
#pragma once

#include "config/read_value.hpp"
#include "model/check_specs.hpp"

namespace connprobe::config {

/// Reads the value of the key `check` into the layer.
void read_check(const Node& node, const Path* path, const Reading& reading, Layer& layer);

/// A value that is a list or an object: steps, statuses, headers; what is wrong is reported.
[[nodiscard]] std::optional<Value> read_check_list(const KeyInfo& key, const Node& node, const Path* path,
                                                   const Reading& reading);

/// Reports keys of `check` that its type has not.
void check_keys_of(CheckType type, const Layer& layer, const Path* path, const Reading& reading);

/// The first key of `check` in the layer but its type; null if there is none.
[[nodiscard]] const Setting* first_of_check(const Layer& layer);

}  // namespace connprobe::config
