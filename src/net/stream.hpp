// One connection to a target: a connected socket, and the TLS session on it if there is one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "net/socket.hpp"

using SSL = struct ssl_st;

namespace connprobe::net {

struct SslDeleter {
    void operator()(SSL* ssl) const noexcept;
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;

/// What reading or writing came to.
struct Transfer {
    enum class End : std::uint8_t {
        moved,      ///< `bytes` of them, at least one
        closed,     ///< the peer has ended its side
        failed,     ///< `error` or `words` say why
        expired,    ///< the time ran out
        cancelled,  ///< the run has ended
    };
    End end = End::moved;
    std::size_t bytes = 0;
    int error = 0;        ///< errno of the socket; 0 if it was TLS that failed
    std::string words{};  ///< OpenSSL's own, when TLS failed
    int alert = -1;       ///< that the peer sent (RFC 8446 §6), if that was it
};

class Stream {
public:
    explicit Stream(Socket socket) : socket_{std::move(socket)} {}

    Stream(Stream&&) noexcept = default;
    Stream& operator=(Stream&& other) noexcept {
        ssl_.reset();  // before its socket is closed: it may say goodbye
        socket_ = std::move(other.socket_);
        ssl_ = std::move(other.ssl_);
        certificate_requested_ = other.certificate_requested_;
        return *this;
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() = default;

    [[nodiscard]] Socket& socket() noexcept { return socket_; }
    [[nodiscard]] SSL* ssl() noexcept { return ssl_.get(); }

    /// Takes over a session that was made for this socket (attach), or over the session before it (attach_over), which
    /// then belongs to the new one; kept until the stream is closed.
    void use_tls(SslPtr ssl, bool certificate_requested = false) noexcept {
        ssl_ = std::move(ssl);
        certificate_requested_ = certificate_requested;
    }
    /// Has the peer asked for a client certificate?
    [[nodiscard]] bool certificate_requested() const noexcept { return certificate_requested_; }

    /// What has arrived, but at most what fits. Never moves nothing.
    [[nodiscard]] Task<Transfer> read_some(std::span<char> into, TimePoint until);
    /// All of the bytes, unless the end is another than moved; then `bytes` tells how many had gone out.
    [[nodiscard]] Task<Transfer> write_all(std::string_view bytes, TimePoint until);

    /// As read_some, but what is seen stays to be read.
    [[nodiscard]] Task<Transfer> peek_some(std::span<char> into, TimePoint until);

    /// The same as far as it goes without waiting; with a need other than nothing, nothing was moved.
    [[nodiscard]] Need try_read(std::span<char> into, Transfer& transfer);
    [[nodiscard]] Need try_write(std::string_view bytes, Transfer& transfer);

    /// As try_read, but the bytes stay.
    [[nodiscard]] Need try_peek(std::span<char> into, Transfer& transfer);
    /// Has something arrived, or has it broken?
    [[nodiscard]] Need try_peek(Transfer& transfer);

    /// What is written goes out at once, not only when the peer has acknowledged what went before: a request after the
    /// last message of a TLS handshake would wait 40 ms (Nagle's algorithm against delayed acknowledgements, RFC 1122).
    void send_at_once() noexcept;

    /// Says goodbye in TLS too (close_notify), and closes as Socket::close_politely.
    void close_politely() noexcept;

    /// The same, but a TLS server is heard out: its tickets (RFC 8446 §4.6.1) and its own close_notify come after our
    /// goodbye, and a socket that is closed by then answers them with a reset.
    [[nodiscard]] Task<void> hear_out_and_close(TimePoint until);

private:
    bool say_goodbye() noexcept;  // true with TLS: the peer has something to say to that
    [[nodiscard]] Need after_tls(int result, Transfer& transfer);
    [[nodiscard]] Need after_failure(int error, Need need, Transfer& transfer);
    [[nodiscard]] Need after_reading(ssize_t count, Transfer& transfer);
    void end(Transfer& transfer, int error) noexcept;

    Socket socket_;
    bool certificate_requested_ = false;
    SslPtr ssl_;  // after the socket: it is freed first
};

}  // namespace connprobe::net
