// One TLS session before it is handed to its stream: set up, driven step by step, asked why it stopped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"
#include "net/stream.hpp"
#include "net/tls_failure.hpp"
#include "net/tls_identity.hpp"
#include "net/tls_name.hpp"
#include "net/tls_trace.hpp"

namespace connprobe::net {

/// What the session wants next.
enum class Step : std::uint8_t { done, read, write, failed };

/// Does no waiting of its own. Must not outlive its socket.
class TlsSession {
public:
    /// With `below` it speaks through that session, not straight over the socket.
    TlsSession(SSL_CTX* context, Socket& socket, const Target& target, const TlsSettings& settings,
               SSL* below = nullptr);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    /// Shows this client certificate when the server asks for one. Before the handshake.
    void present(const Identity& identity);

    /// Why the handshake cannot even begin, if so.
    [[nodiscard]] const std::optional<Failure>& obstacle() const noexcept { return obstacle_; }

    /// Goes on with the handshake as far as it can without waiting.
    [[nodiscard]] Step shake_hands();

    /// After the handshake: `read` until the server has said something, then `done` or `failed`.
    [[nodiscard]] Step listen();

    /// After a failure before the server's hello was whole: takes what else the server says, for the sentence about it.
    /// False when there is enough, or nothing more will come.
    [[nodiscard]] bool hear_more();

    /// Why a step failed, or what the time ran out on.
    [[nodiscard]] Failure failure();
    [[nodiscard]] Failure timed_out(const Limit& limit);
    [[nodiscard]] std::optional<Failure> missing_alpn();

    [[nodiscard]] SSL* ssl() noexcept { return ssl_.get(); }
    [[nodiscard]] const HandshakeTrace& trace() const noexcept { return trace_; }
    [[nodiscard]] SslPtr release() noexcept;

private:
    void set_up(const TlsSettings& settings);
    void set_name(bool verify);
    [[nodiscard]] Step step_after(int result);
    [[nodiscard]] bool has_ended(Step step) const noexcept;
    void take_errors();
    void look_at_what_came();
    [[nodiscard]] Failure ended(const HandshakeFacts& facts, int error);
    [[nodiscard]] HandshakeFacts facts();
    [[nodiscard]] Failure refused_certificate();

    Socket& socket_;
    const TlsSettings& settings_;
    std::uint16_t port_;
    bool after_starttls_;
    ServerName name_;
    HandshakeTrace trace_;  // before the session, which points to it
    SslPtr ssl_;
    std::optional<Failure> obstacle_;
    bool finished_ = false;
    int ssl_error_ = 0, system_error_ = 0, reason_ = 0;
    std::string words_;  // OpenSSL's own, of the first error
};

/// Says why a server that had asked for a client certificate refused it after the handshake; `alert` as in RFC 8446 §6.
[[nodiscard]] Failure refused_late(SSL* ssl, int alert);

}  // namespace connprobe::net
