// The phase proxy: a connected proxy is asked for the way to the target; then the stream is the target's.
#pragma once

#include <optional>

#include "net/limit.hpp"
#include "net/loop.hpp"
#include "net/proxy_route.hpp"
#include "net/stream.hpp"
#include "net/tls_contexts.hpp"

namespace connprobe::net {

/// With an https proxy the stream holds a TLS session from then on. Not a byte of the target's is read. A run that ends
/// meanwhile makes it fail as `interrupted`. `connect_time` is that of the connection to the proxy.
[[nodiscard]] Task<std::optional<Failure>> pass_proxy(Stream& stream, TlsContexts& contexts, Route route, Limit limit,
                                                      Duration connect_time);

}  // namespace connprobe::net
