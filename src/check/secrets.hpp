// What a check says that nobody else shall see, and its place taken in what a server repeats. Pure.
#pragma once

#include <string>
#include <vector>

#include "connprobe/check.hpp"

namespace connprobe::check {

/// Passwords, what comes of them on the wire, the query of a path, what came from the environment; the longest first.
[[nodiscard]] std::vector<std::string> secrets_of(const Check& check);
[[nodiscard]] std::vector<std::string> secrets_of(const HttpCheck& check);

/// The same text with *** for each of them.
[[nodiscard]] std::string hide(std::string text, const std::vector<std::string>& secrets);

}  // namespace connprobe::check
