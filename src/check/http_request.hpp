// The request of a check of type http, as it goes over the wire.
#pragma once

#include <string>

#include "connprobe/target.hpp"

namespace connprobe::check {

/// `keep`: the server need not close the connection after its answer.
[[nodiscard]] std::string http_request(const Target& target, const HttpCheck& check, bool keep);

/// What stands after Basic in Authorization (RFC 7617 §2).
[[nodiscard]] std::string basic_credentials(const HttpCheck& check);

}  // namespace connprobe::check
