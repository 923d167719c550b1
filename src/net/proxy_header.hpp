// The header of the PROXY protocol: tells a server behind a balancer who its client is, before anything else is said.
#pragma once

#include <string>

#include "connprobe/proxy.hpp"
#include "net/peer.hpp"

namespace connprobe::net {

/// Of a connection from one address to another. Of a unix socket it says that there is no more to know
/// (https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt, §2.1 UNKNOWN, §2.2 LOCAL).
[[nodiscard]] std::string proxy_header(ProxyProtocol version, const Peer& from, const Peer& to);

/// The same of a connected socket; empty if the kernel does not know its ends any more.
[[nodiscard]] std::string proxy_header(ProxyProtocol version, int descriptor);

}  // namespace connprobe::net
