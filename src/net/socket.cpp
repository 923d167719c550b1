#include "net/socket.hpp"

#include <poll.h>

#include <cerrno>

namespace connprobe::net {

namespace {

bool ready_now(int descriptor, asio::socket_base::wait_type direction) {
    pollfd one{descriptor, 0, 0};  // what is broken is told in any case
    if (direction == asio::socket_base::wait_read) one.events = POLLIN;
    if (direction == asio::socket_base::wait_write) one.events = POLLOUT;
    return ::poll(&one, 1, 0) > 0;
}

}  // namespace

int Socket::open(int family) {
    std::error_code error;
    socket_.open(StreamProtocol{family}, error);
    if (error) return error.value();
    loop_->sockets.opened();
    reset_ = false;
    return 0;
}

int Socket::connect(const sockaddr* address, socklen_t size) {
    return ::connect(socket_.native_handle(), address, size) == 0 ? 0 : errno;
}

Task<Waited> Socket::wait(asio::socket_base::wait_type direction, TimePoint until) {
    if (loop_->deadlines.cancelled()) co_return Waited::cancelled;
    const Deadlines::Entry entry{loop_->deadlines, until, [this] {
                                     std::error_code ignored;
                                     socket_.cancel(ignored);
                                 }};
    std::error_code error;
    co_await socket_.async_wait(direction, asio::redirect_error(use_task, error));
    // After SIGCONT, or on a busy machine, both have come: the answer was there, so the time did not run out.
    if (entry.state() == Waited::expired && ready_now(socket_.native_handle(), direction)) co_return Waited::ready;
    co_return entry.state();
}

void Socket::stop_waiting() noexcept {
    std::error_code ignored;
    socket_.cancel(ignored);
}

int Socket::release() noexcept {
    std::error_code error;
    const int descriptor = socket_.release(error);
    if (error) return -1;
    loop_->sockets.closed();
    return descriptor;
}

int Socket::ended_by(int error) noexcept {
    if (error == ECONNRESET) reset_ = true;
    return reset_ && (error == 0 || error == EPIPE) ? ECONNRESET : error;
}

void Socket::end_writing() noexcept {
    if (socket_.is_open()) ::shutdown(descriptor(), SHUT_WR);
}

bool Socket::drain(std::size_t& drained) noexcept {
    constexpr std::size_t drain_limit = 64 * 1024;
    char chunk[16 * 1024];
    while (socket_.is_open() && drained < drain_limit) {
        const auto count = ::recv(descriptor(), chunk, sizeof chunk, MSG_DONTWAIT);
        if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        if (count == 0) return false;
        drained += static_cast<std::size_t>(count);
    }
    return false;
}

void Socket::close_politely() noexcept {
    end_writing();
    std::size_t drained = 0;
    drain(drained);
    close();
}

void Socket::close() noexcept {
    if (!socket_.is_open()) return;
    std::error_code ignored;
    socket_.close(ignored);
    loop_->sockets.closed();
}

}  // namespace connprobe::net
