// One connection to a target: a connected socket, and the TLS session on it if there is one.
#pragma once

#include <memory>
#include <utility>

#include "net/socket.hpp"

using SSL = struct ssl_st;

namespace connprobe::net {

struct SslDeleter {
    void operator()(SSL* ssl) const noexcept;
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;

class Stream {
public:
    explicit Stream(Socket socket) : socket_{std::move(socket)} {}

    [[nodiscard]] Socket& socket() noexcept { return socket_; }
    [[nodiscard]] SSL* ssl() noexcept { return ssl_.get(); }

    /// Takes over a session that was made for this socket (SSL_set_fd); kept until the stream is closed.
    void use_tls(SslPtr ssl) noexcept { ssl_ = std::move(ssl); }

    /// Ends the connection so that the server's log stays clean: says goodbye (close_notify, FIN), reads away what has
    /// arrived, at most 64 KiB and without waiting, and closes. Closing with unread data would send a reset.
    void close_politely() noexcept;

private:
    Socket socket_;
    SslPtr ssl_;  // after the socket: it is freed first
};

}  // namespace connprobe::net
