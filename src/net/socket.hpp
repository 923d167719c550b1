// One stream socket (TCP or unix) of one target: opened, connected and waited for without ever blocking.
#pragma once

#include <sys/socket.h>

#include <asio/basic_stream_socket.hpp>
#include <asio/generic/basic_endpoint.hpp>
#include <cstdint>
#include <utility>

#include "net/loop.hpp"

namespace connprobe::net {

/// Opens sockets that are non-blocking and close-on-exec from their first moment: one system call instead of three.
class StreamProtocol {
public:
    using endpoint = asio::generic::basic_endpoint<StreamProtocol>;

    explicit StreamProtocol(int family, int /*protocol: the family has but one*/ = 0) noexcept : family_{family} {}
    [[nodiscard]] int type() const noexcept { return SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC; }
    [[nodiscard]] int protocol() const noexcept { return 0; }
    [[nodiscard]] int family() const noexcept { return family_; }

private:
    int family_;
};

/// What must come before a socket can be read from or written to again.
enum class Need : std::uint8_t { nothing, readable, writable };

/// Counted while it is open; closed, at the latest, when destroyed. Belongs to the thread of its loop, which must
/// outlive it.
class Socket {
public:
    explicit Socket(Loop& loop) : loop_{&loop}, socket_{loop.context} {}
    Socket(Socket&&) noexcept = default;
    Socket& operator=(Socket&& other) noexcept {
        close();
        loop_ = other.loop_;
        reset_ = other.reset_;
        socket_ = std::move(other.socket_);
        return *this;
    }
    ~Socket() { close(); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    /// Both return an errno, 0 if there was none. A connect that goes on returns EINPROGRESS: wait until writable.
    [[nodiscard]] int open(int family);
    [[nodiscard]] int connect(const sockaddr* address, socklen_t size);

    /// Never waits beyond `until`; a socket that is ready by then is ready, however late this thread woke up.
    [[nodiscard]] Task<Waited> wait_readable(TimePoint until) { return wait(asio::socket_base::wait_read, until); }
    [[nodiscard]] Task<Waited> wait_writable(TimePoint until) { return wait(asio::socket_base::wait_write, until); }

    [[nodiscard]] Task<Waited> wait_for(Need need, TimePoint until) {
        return need == Need::writable ? wait_writable(until) : wait_readable(until);
    }

    /// Ready when the connection was reset, or broke; what arrives, also the peer's polite end, wakes nobody.
    [[nodiscard]] Task<Waited> wait_broken(TimePoint until) { return wait(asio::socket_base::wait_error, until); }

    /// Calls `handler` with an error code on the loop's thread. As the next two, of any thread, by one at a time.
    template <class Handler>
    void when_ready(Need need, Handler&& handler) {
        socket_.async_wait(need == Need::writable ? asio::socket_base::wait_write : asio::socket_base::wait_read,
                           std::forward<Handler>(handler));
    }
    void stop_waiting() noexcept;

    /// Gives the descriptor away: it is not closed, and not counted any more.
    [[nodiscard]] int release() noexcept;

    [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }
    [[nodiscard]] int descriptor() { return socket_.native_handle(); }
    [[nodiscard]] Loop& loop() noexcept { return *loop_; }

    /// What an errno means, or 0 for the peer's end, with what was told before: the kernel tells once that a connection was
    /// reset (ECONNRESET), and then reading finds a mere end, and writing EPIPE. Whoever is told anything asks here.
    int ended_by(int error) noexcept;

    void close() noexcept;

    void end_writing() noexcept;  ///< FIN

    /// Reads away what has arrived, at most 64 KiB in all; `drained` counts. True as long as more may come.
    bool drain(std::size_t& drained) noexcept;

    /// Ends the connection so that the server's log stays clean: says goodbye (FIN), reads away what has arrived, at most
    /// 64 KiB and without waiting, and closes. Closing with unread data would send a reset.
    void close_politely() noexcept;

private:
    [[nodiscard]] Task<Waited> wait(asio::socket_base::wait_type direction, TimePoint until);

    Loop* loop_;
    asio::basic_stream_socket<StreamProtocol, Executor> socket_;
    bool reset_ = false;
};

}  // namespace connprobe::net
