#include "net/tls_socket.hpp"

#include <sys/socket.h>

#include "net/tls_handles.hpp"

namespace connprobe::net {

namespace {

using MethodPtr = std::unique_ptr<BIO_METHOD, FreeWith<BIO_meth_free>>;

int send_quietly(BIO* socket, const char* bytes, int size) noexcept {
    const auto descriptor = static_cast<int>(BIO_get_fd(socket, nullptr));
    const auto sent = static_cast<int>(::send(descriptor, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL));
    BIO_clear_retry_flags(socket);
    if (sent <= 0 && BIO_sock_should_retry(sent) == 1) BIO_set_retry_write(socket);
    return sent;
}

// OpenSSL's own socket, but for its write(2), which cannot be told to raise no signal.
MethodPtr make_method() noexcept {
    const auto* original = BIO_s_socket();
    MethodPtr method{BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "quiet socket")};
    if (!method) return nullptr;
    BIO_meth_set_write(method.get(), send_quietly);
    BIO_meth_set_read(method.get(), BIO_meth_get_read(original));
    BIO_meth_set_puts(method.get(), BIO_meth_get_puts(original));
    BIO_meth_set_ctrl(method.get(), BIO_meth_get_ctrl(original));
    BIO_meth_set_create(method.get(), BIO_meth_get_create(original));
    BIO_meth_set_destroy(method.get(), BIO_meth_get_destroy(original));
    return method;
}

}  // namespace

bool attach(SSL* ssl, int descriptor) noexcept {
    static const MethodPtr method = make_method();
    auto* socket = method ? BIO_new(method.get()) : nullptr;
    if (socket == nullptr) return false;
    BIO_set_fd(socket, descriptor, BIO_NOCLOSE);
    SSL_set_bio(ssl, socket, socket);
    return true;
}

bool attach_over(SSL* ssl, SSL* below) noexcept {
    auto* tunnel = BIO_new(BIO_f_ssl());
    if (tunnel == nullptr) return false;
    SSL_up_ref(below);
    BIO_set_ssl(tunnel, below, BIO_CLOSE);
    SSL_set_bio(ssl, tunnel, tunnel);
    return true;
}

}  // namespace connprobe::net
