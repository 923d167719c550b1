// Wildcards in the names of certificates.
#pragma once

#include <string_view>

namespace connprobe::net {

/// Does `*.example.org` stand for this name? The wildcard is one whole label, the first, and at least two follow it
/// (RFC 9525 §6.3). Case does not count.
[[nodiscard]] bool stands_for(std::string_view pattern, std::string_view name) noexcept;

}  // namespace connprobe::net
