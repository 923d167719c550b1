#include "net/tls_socket.hpp"

#include <sys/socket.h>

#include <memory>

#include "net/tls_handles.hpp"

namespace connprobe::net {

namespace {

using BioMethodPtr = std::unique_ptr<BIO_METHOD, FreeWith<BIO_meth_free>>;

int send_quietly(BIO* socket, const char* bytes, int size) noexcept {
    const auto descriptor = static_cast<int>(BIO_get_fd(socket, nullptr));
    const auto sent = static_cast<int>(::send(descriptor, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL));
    BIO_clear_retry_flags(socket);
    if (sent <= 0 && BIO_sock_should_retry(sent) == 1) BIO_set_retry_write(socket);
    return sent;
}

struct BioTurn {
    int reads = 0;  // in a row that brought something
};

// OpenSSL calls it when the socket's BIO goes.
void free_turn(void* /*socket*/, void* turn, CRYPTO_EX_DATA* /*all*/, int /*index*/, long /*argument*/,
               void* /*pointer*/) noexcept {
    const std::unique_ptr<BioTurn> owner{static_cast<BioTurn*>(turn)};
}

int turn_index() noexcept {
    static const int index = BIO_get_ex_new_index(0, nullptr, nullptr, nullptr, free_turn);
    return index;
}

// OpenSSL reads on while what comes means nothing to it, and a server can send such messages without end (a HelloRequest,
// RFC 5246 §7.4.1.1). After so many reads it is told to wait, so that its caller can look at the clock.
int read_in_turns(BIO* socket, char* bytes, int size) noexcept {
    constexpr int most_in_a_row = 128;
    auto& reads = static_cast<BioTurn*>(BIO_get_ex_data(socket, turn_index()))->reads;
    BIO_clear_retry_flags(socket);
    if (reads == most_in_a_row) {
        reads = 0;
        BIO_set_retry_read(socket);
        return -1;
    }
    const auto descriptor = static_cast<int>(BIO_get_fd(socket, nullptr));
    const auto count = static_cast<int>(::recv(descriptor, bytes, static_cast<std::size_t>(size), 0));
    reads = count > 0 ? reads + 1 : 0;
    if (count < 0 && BIO_sock_should_retry(count) == 1) BIO_set_retry_read(socket);
    if (count == 0) BIO_set_flags(socket, BIO_FLAGS_IN_EOF);
    return count;
}

// OpenSSL's own socket, but for its write(2), which cannot be told to raise no signal, and for reading without end.
BioMethodPtr make_bio_method() noexcept {
    const auto* original = BIO_s_socket();
    BioMethodPtr method{BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, "quiet socket")};
    if (!method) return nullptr;
    BIO_meth_set_write(method.get(), send_quietly);
    BIO_meth_set_read(method.get(), read_in_turns);
    BIO_meth_set_puts(method.get(), BIO_meth_get_puts(original));
    BIO_meth_set_ctrl(method.get(), BIO_meth_get_ctrl(original));
    BIO_meth_set_create(method.get(), BIO_meth_get_create(original));
    BIO_meth_set_destroy(method.get(), BIO_meth_get_destroy(original));
    return method;
}

}  // namespace

bool attach(SSL* ssl, int descriptor) noexcept {
    static const BioMethodPtr method = make_bio_method();
    auto* socket = method ? BIO_new(method.get()) : nullptr;
    if (socket == nullptr) return false;
    auto turn = std::make_unique<BioTurn>();
    if (BIO_set_ex_data(socket, turn_index(), turn.get()) != 1) {
        BIO_free(socket);
        return false;
    }
    [[maybe_unused]] const auto* its = turn.release();
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
