// How the kernel says that a connection has ended, once reading found its end.
#pragma once

namespace connprobe::net {

/// ECONNRESET: the peer has reset it. EPIPE: what we sent met a connection that the peer had closed already. 0: it
/// stands, or was closed in order. Reading alone cannot tell: a reset is told to whoever asks first, and the phase
/// connect did ask. We must not have closed our side.
[[nodiscard]] int end_of_connection(int descriptor) noexcept;

}  // namespace connprobe::net
