// TLS with a proxy fails as TLS with a server does, but other things help: its URL says all that there is to set.
#pragma once

#include "connprobe/failure.hpp"
#include "connprobe/result.hpp"
#include "net/proxy_route.hpp"

namespace connprobe::net {

/// The failure of the handshake with a proxy, as one of the phase proxy.
[[nodiscard]] Failure failed_with_proxy(const Route& route, const TlsFacts& facts, const Failure& failure);

}  // namespace connprobe::net
