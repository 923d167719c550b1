// A connection that has met itself: TCP connects a socket to a port on which nobody listens if it has that very port.
#pragma once

#include <cstdint>

namespace connprobe::net {

/// Nobody listens on `port` of this machine, but the kernel has given the socket that asked for it just that port as its
/// own (RFC 9293 §3.5, simultaneous open): it is connected, to itself.
[[nodiscard]] bool is_own_end(int descriptor, std::uint16_t port) noexcept;

/// A polite end would keep such a port from the server that is to have it, for a minute (TIME_WAIT).
void reset_on_close(int descriptor) noexcept;

}  // namespace connprobe::net
