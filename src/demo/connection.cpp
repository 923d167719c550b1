#include "demo/connection.hpp"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace connprobe::demo {
namespace {

enum class Received { something, nothing_yet, end };

Received receive(int socket, int flags = 0) {
    std::array<char, 16384> bytes;
    const auto size = ::recv(socket, bytes.data(), bytes.size(), flags);
    if (size > 0) return Received::something;
    return size < 0 && (errno == EAGAIN || errno == EINTR) ? Received::nothing_yet : Received::end;
}

}  // namespace

Connection::Connection(Descriptor socket, Step first, SSL_CTX* context, std::string_view answer)
    : socket_{std::move(socket)}, tls_{context ? SSL_new(context) : nullptr}, step_{first}, answer_{answer} {
    if (tls_) SSL_set_fd(tls_.get(), socket_.get());
}

short Connection::events() const noexcept {
    if (resumes_) return 0;
    return step_ == Step::handshake && SSL_want_write(tls_.get()) ? POLLOUT : POLLIN;
}

bool Connection::proceed(Clock::time_point now) {
    switch (step_) {
        case Step::dawdle: return dawdle(now);
        case Step::handshake: return shake_hands();
        case Step::break_off: return receive(socket()) == Received::nothing_yet;
        case Step::answer: return answer();
        case Step::drain: return drain();
    }
    return false;
}

bool Connection::dawdle(Clock::time_point now) {
    if (!resumes_) {
        const Received received = receive(socket(), MSG_PEEK);
        if (received == Received::something) resumes_ = now + delay;
        return received != Received::end;
    }
    if (now < *resumes_) return true;
    resumes_.reset();
    step_ = Step::handshake;
    return shake_hands();
}

bool Connection::shake_hands() {
    ERR_clear_error();
    const int status = SSL_accept(tls_.get());
    if (status == 1) {
        step_ = Step::drain;
        return true;
    }
    const int error = SSL_get_error(tls_.get(), status);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

bool Connection::answer() {
    const Received received = receive(socket());
    if (received != Received::something) return received == Received::nothing_yet;
    step_ = Step::drain;
    return ::send(socket(), answer_.data(), answer_.size(), MSG_NOSIGNAL) >= 0 && ::shutdown(socket(), SHUT_WR) == 0;
}

bool Connection::drain() {
    Received received = Received::something;
    while (received == Received::something) received = receive(socket());
    return received == Received::nothing_yet;
}

}  // namespace connprobe::demo
