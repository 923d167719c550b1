// The socket below a TLS session: it never raises SIGPIPE, which would end a program that uses the library.
#pragma once

using SSL = struct ssl_st;

namespace connprobe::net {

/// As SSL_set_fd. The descriptor stays its owner's. False when there is no memory.
[[nodiscard]] bool attach(SSL* ssl, int descriptor) noexcept;

}  // namespace connprobe::net
