// Reads the top level of a document: a list of servers, or an object with `defaults` and `servers`.
#pragma once

#include "config/node.hpp"
#include "config/read_value.hpp"
#include "config/run.hpp"

namespace connprobe::config {

/// Variables in its texts are replaced if `with_variables`.
void read_document(Document& document, const Reading& reading, bool with_variables, Run& run);

}  // namespace connprobe::config
