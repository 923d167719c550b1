// The alerts that a peer may send, each with what it means for a client.
#include <algorithm>
#include <array>

#include "net/tls_errors.hpp"

namespace connprobe::net {

namespace {

using enum Code;

/// A certificate can only be rejected if one was shown; that none was is for the caller to know.
struct Alert {
    int number;
    std::string_view name;
    Code code;
    std::string_view fact;
    std::string_view hint = {};
};

constexpr std::string_view server_log = "look into the server's log at this time: the fault is on its side";

// RFC 8446 §6, the IANA registry of TLS alerts, and what only older versions have (RFC 5246 §7.2, RFC 6066 §9).
constexpr std::array alerts = std::to_array<Alert>({
    {0, "close_notify", connection_closed, "the server ended the connection"},
    {10, "unexpected_message", handshake_failure, "the server did not expect our message", compare_with_openssl},
    {20, "bad_record_mac", handshake_failure, "what we sent arrived altered", compare_with_openssl},
    {21, "decryption_failed", handshake_failure, "the server could not decrypt what we sent", compare_with_openssl},
    {22, "record_overflow", handshake_failure, "the server found our record too long", compare_with_openssl},
    {30, "decompression_failure", handshake_failure, "the server could not decompress what we sent",
     compare_with_openssl},
    {40, "handshake_failure", handshake_failure, "the server found no acceptable parameters among ours"},
    {41, "no_certificate", client_certificate_required, "the server wants a client certificate"},
    {42, "bad_certificate", client_certificate_rejected, "the server finds the client certificate damaged or missing"},
    {43, "unsupported_certificate", client_certificate_rejected, "the client certificate's kind is not supported"},
    {44, "certificate_revoked", client_certificate_rejected, "the client certificate has been revoked"},
    {45, "certificate_expired", client_certificate_rejected, "the client certificate has expired"},
    {46, "certificate_unknown", client_certificate_rejected, "the server does not accept the client certificate"},
    {47, "illegal_parameter", handshake_failure, "the server found a parameter of ours illegal", compare_with_openssl},
    {48, "unknown_ca", client_certificate_rejected, "the server does not know the client certificate's authority"},
    {49, "access_denied", forbidden, "the server does not let this client in",
     "ask whoever runs the server which clients and server names it lets in"},
    {50, "decode_error", handshake_failure, "the server could not read our message", compare_with_openssl},
    {51, "decrypt_error", handshake_failure, "a signature or check sum of ours did not fit", compare_with_openssl},
    {60, "export_restriction", no_shared_cipher, "the server keeps to export restrictions"},
    {70, "protocol_version", protocol_version, "the server speaks none of the TLS versions that we offered"},
    {71, "insufficient_security", no_shared_cipher, "the server demands stronger ciphers than we offered"},
    {80, "internal_error", handshake_failure, "the server failed for a reason of its own", server_log},
    {86, "inappropriate_fallback", protocol_version, "the server could speak a newer TLS version than we offered"},
    {90, "user_canceled", handshake_failure, "the server gave the handshake up", server_log},
    {100, "no_renegotiation", handshake_failure, "the server refuses to negotiate again"},
    {109, "missing_extension", handshake_failure, "the server misses an extension in our message",
     compare_with_openssl},
    {110, "unsupported_extension", handshake_failure, "the server found an extension out of place",
     compare_with_openssl},
    {111, "certificate_unobtainable", client_certificate_rejected, "the server could not fetch the client certificate"},
    {112, "unrecognized_name", handshake_failure, "the server has no site of the name we asked for (SNI)",
     "check tls.server_name: it must be a name that the server is set up for"},
    {113, "bad_certificate_status_response", handshake_failure, "the server found an OCSP answer invalid", server_log},
    {114, "bad_certificate_hash_value", client_certificate_rejected, "the client certificate's hash does not fit"},
    {115, "unknown_psk_identity", handshake_failure, "the server does not know the pre-shared key"},
    {116, "certificate_required", client_certificate_required, "the server wants a client certificate"},
    {117, "general_error", handshake_failure, "the server failed and does not say why", server_log},
    {120, "no_application_protocol", no_shared_alpn, "the server speaks none of the protocols that we offered (ALPN)"},
    {121, "ech_required", handshake_failure, "the server wants an encrypted ClientHello (ECH)"},
});

const Alert* find(int number) noexcept {
    const auto is_it = [&](const Alert& alert) { return alert.number == number; };
    const auto found = std::find_if(alerts.begin(), alerts.end(), is_it);
    return found == alerts.end() ? nullptr : &*found;
}

}  // namespace

std::optional<TlsFault> alert_fault(int alert) noexcept {
    const Alert* row = find(alert);
    return row ? std::optional{TlsFault{row->code, row->fact, row->hint}} : std::nullopt;
}

std::string_view alert_name(int alert) noexcept {
    const Alert* row = find(alert);
    return row ? row->name : std::string_view{};
}

}  // namespace connprobe::net
