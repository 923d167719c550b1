#include "net/stream.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>

namespace connprobe::net {

void SslDeleter::operator()(SSL* ssl) const noexcept { SSL_free(ssl); }

void Stream::close_politely() noexcept {
    if (!socket_.is_open()) return;
    if (ssl_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
    ssl_.reset();
    ::shutdown(socket_.descriptor(), SHUT_WR);
    constexpr std::size_t drain_limit = 64 * 1024;
    char chunk[16 * 1024];
    for (std::size_t drained = 0; drained < drain_limit;) {
        const auto count = ::recv(socket_.descriptor(), chunk, sizeof chunk, MSG_DONTWAIT);
        if (count <= 0) break;
        drained += static_cast<std::size_t>(count);
    }
    socket_.close();
}

}  // namespace connprobe::net
