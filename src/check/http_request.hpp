// The request of a check of type http, as it goes over the wire.
#pragma once

#include <string>

#include "connprobe/target.hpp"

namespace connprobe::check {

/// `keep`: the server need not close the connection after its answer.
[[nodiscard]] std::string http_request(const Target& target, const HttpCheck& check, bool keep);

}  // namespace connprobe::check
