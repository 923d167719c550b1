// Reads the top level of a document: a list of servers, or an object with `defaults` and `servers`.
#pragma once

#include "config/node.hpp"
#include "config/read_value.hpp"
#include "config/server_list.hpp"

namespace connprobe::config {

void read_document(const Document& document, const Reading& reading, const Layer& options, ServerList& list);

}  // namespace connprobe::config
