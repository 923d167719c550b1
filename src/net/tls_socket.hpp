// The socket below a TLS session: it never raises SIGPIPE, which would end a program that uses the library, and now and
// then it says that nothing is there to be read, so that no server can keep OpenSSL reading for ever.
#pragma once

using SSL = struct ssl_st;

namespace connprobe::net {

/// As SSL_set_fd. The descriptor stays its owner's. False when there is no memory.
[[nodiscard]] bool attach(SSL* ssl, int descriptor) noexcept;

}  // namespace connprobe::net
