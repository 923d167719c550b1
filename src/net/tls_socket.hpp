// What is below a TLS session: a socket that never raises SIGPIPE, which would end a program that uses the library, and
// now and then says that nothing is there to be read, so that no server can keep OpenSSL reading for ever.
#pragma once

using SSL = struct ssl_st;

namespace connprobe::net {

/// As SSL_set_fd. The descriptor stays its owner's. False when there is no memory.
[[nodiscard]] bool attach(SSL* ssl, int descriptor) noexcept;

/// The session speaks through another one, which has done its handshake: TLS within the TLS of a proxy. It shares that
/// one, and ends it with itself.
[[nodiscard]] bool attach_over(SSL* ssl, SSL* below) noexcept;

}  // namespace connprobe::net
