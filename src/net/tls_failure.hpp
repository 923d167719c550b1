// Why a TLS handshake failed, when it was not for the server's certificate: from what was seen to a code and a sentence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"
#include "net/limit.hpp"

namespace connprobe::net {

/// How far a handshake had come: what of the server's had arrived.
enum class Reached : std::uint8_t { nothing, bytes, server_hello, certificate, finished };

/// What the sentences are made of.
struct HandshakeFacts {
    std::string_view name;  ///< that was asked for (SNI) and verified
    std::uint16_t port = 0;
    const TlsSettings& settings;
    Reached reached = Reached::nothing;
    bool certificate_requested = false;  ///< from us
    std::string shown = {};              ///< the client certificate that we have for it; empty: none
    std::string_view first;              ///< the first bytes that came
    bool asked_before = false;           ///< for TLS, in plain text (STARTTLS), and the server had agreed
};

[[nodiscard]] Failure not_tls(const HandshakeFacts& facts);
[[nodiscard]] Failure tls_cut_short();
[[nodiscard]] Failure tls_timed_out(const HandshakeFacts& facts, const Limit& limit);
[[nodiscard]] Failure closed_in_handshake(const HandshakeFacts& facts);
[[nodiscard]] Failure no_alpn(const HandshakeFacts& facts);

/// `error` is an errno of the socket.
[[nodiscard]] Failure broken_off(const HandshakeFacts& facts, int error);

/// The server said so itself; `alert` as in RFC 8446 §6.
[[nodiscard]] Failure refused_by_alert(const HandshakeFacts& facts, int alert);

/// OpenSSL did not like what the server said: an SSL_R_* and the words of OpenSSL.
[[nodiscard]] Failure refused_by_us(const HandshakeFacts& facts, int reason, std::string_view words);

}  // namespace connprobe::net
