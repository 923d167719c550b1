// The phase tls: a handshake on a connected stream, its certificate verified, its facts written down.
#pragma once

#include <optional>
#include <vector>

#include "connprobe/result.hpp"
#include "connprobe/target.hpp"
#include "net/limit.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"
#include "net/tls_contexts.hpp"

namespace connprobe::net {

/// Filled as far as the handshake came, also when it failed.
struct TlsReport {
    TlsFacts facts;
    std::vector<Warning> warnings;
};

/// Shakes hands and verifies chain, name and ALPN; after success the stream holds the session. `elapsed` is the time of
/// the handshake. A server that wanted a client certificate is waited for a little longer, at most twice `connect_time`
/// and 50 ms, for with TLS 1.3 it refuses only after that; this wait is in no phase. A run that ends meanwhile makes it
/// fail as `interrupted`.
[[nodiscard]] Task<std::optional<Failure>> handshake(Stream& stream, TlsContexts& contexts, const Target& target,
                                                     const TlsSettings& settings, Limit limit, Duration connect_time,
                                                     Duration& elapsed, TlsReport& report);

}  // namespace connprobe::net
