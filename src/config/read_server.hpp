// Reads one server of a document: an object of keys, or a target as on the command line.
#pragma once

#include "config/read_layer.hpp"
#include "config/read_target.hpp"

namespace connprobe::config {

/// Adds the server to the list, or reports everything that is wrong with it.
void read_server(const Node& node, const Path* path, const Reading& reading, Adder& to);

}  // namespace connprobe::config
