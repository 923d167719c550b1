// How long the headers of an answer of HTTP say that its body is (RFC 9110 §8.6).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "connprobe/check.hpp"

namespace connprobe::net {

/// The same number may be said more than once, in headers of its own or in a list.
struct ContentLength {
    std::optional<std::uint64_t> bytes{};
    bool malformed = false;  ///< no number
    bool disputed = false;   ///< two numbers
};

[[nodiscard]] ContentLength content_length(const std::vector<HttpHeader>& headers);

}  // namespace connprobe::net
