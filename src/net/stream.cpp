#include "net/stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace connprobe::net {

void SslDeleter::operator()(SSL* ssl) const noexcept { SSL_free(ssl); }

namespace {

constexpr Transfer::End end_of(Waited waited) {
    return waited == Waited::expired ? Transfer::End::expired : Transfer::End::cancelled;
}

bool must_wait(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

int openssl_size(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

}  // namespace

// 0: the peer's end was read.
void Stream::end(Transfer& transfer, int error) noexcept {
    transfer.error = socket_.ended_by(error);
    transfer.end = transfer.error == 0 ? Transfer::End::closed : Transfer::End::failed;
}

// A failed system call of a plain socket.
Need Stream::after_failure(int error, Need need, Transfer& transfer) {
    if (must_wait(error)) return need;
    end(transfer, error);
    return Need::nothing;
}

Need Stream::after_reading(ssize_t count, Transfer& transfer) {
    if (count < 0) return after_failure(errno, Need::readable, transfer);
    transfer.bytes = static_cast<std::size_t>(count);
    if (count == 0) end(transfer, 0);
    return Need::nothing;
}

Need Stream::after_tls(int result, Transfer& transfer) {
    if (result > 0) {
        transfer.bytes = static_cast<std::size_t>(result);
        return Need::nothing;
    }
    const int error = errno;
    const int reason = SSL_get_error(ssl_.get(), result);
    if (reason == SSL_ERROR_WANT_READ) {
        // A ticket that came has made OpenSSL keep both buffers, 33 KiB; SSL_MODE_RELEASE_BUFFERS forgets the one.
        SSL_free_buffers(ssl_.get());
        return Need::readable;
    }
    if (reason == SSL_ERROR_WANT_WRITE) return Need::writable;
    const auto code = ERR_peek_error();
    // Without a close_notify, OpenSSL 3 calls the end of the stream an error; earlier versions a system call's.
    const bool cut = ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING ||
                     (reason == SSL_ERROR_SYSCALL && error == 0 && code == 0);
    const bool broken = reason == SSL_ERROR_SYSCALL && error != 0;
    if (cut || broken) {
        end(transfer, cut ? 0 : error);
        return Need::nothing;
    }
    transfer.end = reason == SSL_ERROR_ZERO_RETURN ? Transfer::End::closed : Transfer::End::failed;
    if (transfer.end == Transfer::End::closed) return Need::nothing;
    const char* words = ERR_reason_error_string(code);
    transfer.words = words != nullptr ? words : "TLS failed";
    constexpr int last_alert = 255;
    const int alert = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET;
    if (alert >= 0 && alert <= last_alert) transfer.alert = alert;
    return Need::nothing;
}

Need Stream::try_read(std::span<char> into, Transfer& transfer) {
    errno = 0;
    if (ssl_) {
        ERR_clear_error();
        return after_tls(SSL_read(ssl_.get(), into.data(), openssl_size(into.size())), transfer);
    }
    return after_reading(::recv(socket_.descriptor(), into.data(), into.size(), 0), transfer);
}

Need Stream::try_peek(std::span<char> into, Transfer& transfer) {
    errno = 0;
    if (ssl_) {
        ERR_clear_error();
        return after_tls(SSL_peek(ssl_.get(), into.data(), openssl_size(into.size())), transfer);
    }
    return after_reading(::recv(socket_.descriptor(), into.data(), into.size(), MSG_PEEK), transfer);
}

Need Stream::try_peek(Transfer& transfer) {
    char byte = 0;
    return try_peek({&byte, 1}, transfer);
}

Need Stream::try_write(std::string_view bytes, Transfer& transfer) {
    errno = 0;
    if (ssl_) {
        ERR_clear_error();
        return after_tls(SSL_write(ssl_.get(), bytes.data(), openssl_size(bytes.size())), transfer);
    }
    const auto count = ::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return after_failure(errno, Need::writable, transfer);
    transfer.bytes = static_cast<std::size_t>(count);
    return Need::nothing;
}

Task<Transfer> Stream::read_some(std::span<char> into, TimePoint until) {
    for (bool late = false;; late = Clock::now() >= until) {
        Transfer transfer;
        const auto need = try_read(into, transfer);
        if (need == Need::nothing) co_return transfer;
        // There may always be something, which is never what is waited for: TLS messages without end.
        if (late) co_return Transfer{.end = Transfer::End::expired};
        const auto waited = co_await socket_.wait_for(need, until);
        if (waited != Waited::ready) co_return Transfer{.end = end_of(waited)};
    }
}

Task<Transfer> Stream::peek_some(std::span<char> into, TimePoint until) {
    for (bool late = false;; late = Clock::now() >= until) {
        Transfer transfer;
        const auto need = try_peek(into, transfer);
        if (need == Need::nothing) co_return transfer;
        if (late) co_return Transfer{.end = Transfer::End::expired};
        const auto waited = co_await socket_.wait_for(need, until);
        if (waited != Waited::ready) co_return Transfer{.end = end_of(waited)};
    }
}

Task<Transfer> Stream::write_all(std::string_view bytes, TimePoint until) {
    std::size_t written = 0;
    while (written < bytes.size()) {
        Transfer transfer;
        const auto need = try_write(bytes.substr(written), transfer);
        if (need == Need::nothing && transfer.end == Transfer::End::moved) {
            written += transfer.bytes;
            continue;
        }
        if (need != Need::nothing) {
            const auto waited = co_await socket_.wait_for(need, until);
            if (waited == Waited::ready) continue;
            transfer.end = end_of(waited);
        }
        transfer.bytes = written;
        co_return transfer;
    }
    co_return Transfer{.bytes = written};
}

void Stream::send_at_once() noexcept {
    const int on = 1;
    ::setsockopt(socket_.descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool Stream::say_goodbye() noexcept {
    if (!socket_.is_open()) return false;
    const bool was_tls = ssl_ != nullptr;
    if (was_tls && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
    ssl_.reset();
    return was_tls;
}

void Stream::close_politely() noexcept {
    say_goodbye();
    socket_.close_politely();
}

Task<void> Stream::hear_out_and_close(TimePoint until) {
    const bool was_tls = say_goodbye();
    socket_.end_writing();
    std::size_t drained = 0;
    while (socket_.drain(drained) && was_tls)
        if (co_await socket_.wait_for(Need::readable, until) != Waited::ready) break;
    socket_.close();
}

}  // namespace connprobe::net
