// The beginning of the phase tls with servers that speak plain text first: asks them to change to TLS.
#pragma once

#include <optional>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"
#include "net/limit.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

namespace connprobe::net {

/// After success the server waits for a ClientHello, and not a byte that it said before is left to be read. `elapsed`
/// is the time of the dialogue. A run that ends meanwhile makes it fail as `interrupted`.
[[nodiscard]] Task<std::optional<Failure>> start_tls(Stream& stream, StartTls protocol, Limit limit, Duration& elapsed);

}  // namespace connprobe::net
