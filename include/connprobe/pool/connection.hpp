// A connection that a program has borrowed from a pool: a stream to read and write, which comes home by itself.
#pragma once

#include <asio/async_result.hpp>
#include <asio/buffer.hpp>
#include <asio/use_awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "connprobe/pool/completion.hpp"
#include "connprobe/pool/events.hpp"

namespace connprobe {

class Connection;

namespace net {
class Stream;
}
namespace pool {
class Loan;
net::Stream& stream_of(Connection& connection);
}  // namespace pool

/// Plain or TLS alike. Models Asio's AsyncReadStream and AsyncWriteStream: asio::async_write, asio::async_read_until and
/// their kind work on it.
///
/// Move-only. Destroyed, it goes back to its pool. It is closed instead when it broke, when one of its operations was
/// cancelled or is still going on, when an exception destroys it, and by `discard`: the next one to have it must not find
/// half an answer in it. It may outlive the Pool object, but not the pool's io_context.
///
/// Thread-safety: as an asio socket. It may be used on any thread, by one at a time; one read and one write may be going
/// on together if their handlers run on one strand (an awaitable's do). Operations can be cancelled (terminal, partial
/// and total are the same here; what was moved before is told).
class Connection {
public:
    using executor_type = asio::io_context::executor_type;

    Connection() noexcept;                                           ///< none
    explicit Connection(std::shared_ptr<pool::Loan> loan) noexcept;  ///< made by the pool
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;  ///< what was there goes back first
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Is there one? All that follows needs it, but `give_back`, `discard` and `release`.
    [[nodiscard]] explicit operator bool() const noexcept { return loan_ != nullptr; }

    /// Of the pool, for handlers that have none of their own.
    [[nodiscard]] executor_type get_executor() const noexcept;

    [[nodiscard]] ConnectionId id() const noexcept;
    [[nodiscard]] const Target& server() const noexcept;
    [[nodiscard]] const std::string& address() const noexcept;  ///< connected to; empty for a unix socket
    [[nodiscard]] const PhaseTimes& latency() const noexcept;   ///< of its opening
    [[nodiscard]] const TlsFacts* tls() const noexcept;         ///< null without TLS

    /// What has arrived, at least a byte, at most what fits into the first buffer that is not empty. Signature
    /// void(std::error_code, std::size_t). Errors: asio::error::eof when the peer has ended its side,
    /// asio::error::operation_aborted when cancelled, the socket's own, or std::errc::protocol_error when TLS failed
    /// (`failure` has the words).
    template <class Buffers, class Token = asio::use_awaitable_t<>>
    auto async_read_some(const Buffers& buffers, Token&& token = {}) {
        return asio::async_initiate<Token, void(std::error_code, std::size_t)>(
            [](auto handler, std::shared_ptr<pool::Loan> loan, asio::mutable_buffer buffer) {
                const auto executor = executor_of(*loan);
                start_read(std::move(loan), buffer,
                           detail::make_completion<std::error_code, std::size_t>(std::move(handler), executor));
            },
            token, loan_, first_of<asio::mutable_buffer>(buffers));
    }

    /// Takes at least a byte, at most the first buffer that is not empty. Errors as of `async_read_some`. Never raises
    /// SIGPIPE.
    template <class Buffers, class Token = asio::use_awaitable_t<>>
    auto async_write_some(const Buffers& buffers, Token&& token = {}) {
        return asio::async_initiate<Token, void(std::error_code, std::size_t)>(
            [](auto handler, std::shared_ptr<pool::Loan> loan, asio::const_buffer buffer) {
                const auto executor = executor_of(*loan);
                start_write(std::move(loan), buffer,
                            detail::make_completion<std::error_code, std::size_t>(std::move(handler), executor));
            },
            token, loan_, first_of<asio::const_buffer>(buffers));
    }

    /// Why reading or writing failed, if it did.
    [[nodiscard]] std::optional<Failure> failure() const;

    /// Back to the pool, now. Give back only what the next one can use: with no half-read answer in it.
    void give_back() noexcept;

    /// Closed, now: it is in a state that nobody else can use.
    void discard() noexcept;

    /// Its descriptor, which is the program's from now on, non-blocking and close-on-exec; the pool forgets it. -1, and
    /// nothing happens, with TLS.
    [[nodiscard]] int release() noexcept;

private:
    friend net::Stream& pool::stream_of(Connection& connection);
    using Moved = detail::Completion<std::error_code, std::size_t>;

    template <class Buffer, class Buffers>
    static Buffer first_of(const Buffers& buffers) {
        for (auto one = asio::buffer_sequence_begin(buffers); one != asio::buffer_sequence_end(buffers); ++one)
            if (const Buffer buffer{*one}; buffer.size() > 0) return buffer;
        return {};
    }
    static executor_type executor_of(const pool::Loan& loan) noexcept;
    static void start_read(std::shared_ptr<pool::Loan> loan, asio::mutable_buffer buffer, std::unique_ptr<Moved> moved);
    static void start_write(std::shared_ptr<pool::Loan> loan, asio::const_buffer buffer, std::unique_ptr<Moved> moved);

    std::shared_ptr<pool::Loan> loan_;
};

/// What asking for a connection came to: exactly one of the two is there.
struct Acquired {
    Connection connection;
    /// Why there is none: what the server last failed with (class dns, network, timeout, tls, auth, check or local); or
    /// deadline_exceeded, when the time ran out with all in use or on their way; or interrupted, when the acquisition was
    /// cancelled or the pool is closed; or bad_name, when a PoolSet knows no such server.
    std::optional<Failure> failure;

    [[nodiscard]] explicit operator bool() const noexcept { return !failure; }
};

}  // namespace connprobe
