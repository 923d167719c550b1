// How the kernel says that a connection has ended, once reading found its end.
#pragma once

#include "connprobe/retry.hpp"

namespace connprobe::net {

/// ECONNRESET: the peer has reset it. EPIPE: what we sent met a connection that the peer had closed already. Another errno:
/// it broke. 0: it stands, or was closed in order. We must not have closed our side; an error is told once, so what comes of
/// it goes through Socket::ended_by().
[[nodiscard]] int end_of_connection(int descriptor) noexcept;

/// Bytes sent of which the peer's kernel has not said yet that it has them. 0 on a unix socket, where nothing gets lost.
[[nodiscard]] int unacknowledged(int descriptor) noexcept;

/// From a packet to its answer, as the kernel has seen it so far; 0 where it does not know.
[[nodiscard]] Duration round_trip(int descriptor) noexcept;

}  // namespace connprobe::net
