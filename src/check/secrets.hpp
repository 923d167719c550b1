// What a check says that nobody else shall see, for hide(). Pure.
#pragma once

#include <string>
#include <vector>

#include "connprobe/check.hpp"
#include "model/secrets.hpp"

namespace connprobe::check {

/// Passwords, what comes of them on the wire, the query of a path, the headers and the body of a request, what came from
/// the environment; the longest first.
[[nodiscard]] std::vector<std::string> secrets_of(const Check& check);
[[nodiscard]] std::vector<std::string> secrets_of(const HttpCheck& check);

}  // namespace connprobe::check
