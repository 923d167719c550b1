// What a TLS session and its certificates say about themselves, in the words of results.
#pragma once

#include <cstddef>
#include <string>

#include "connprobe/result.hpp"
#include "net/tls_handles.hpp"

namespace connprobe::net {

/// The facts that are settled by now: all of a finished handshake, some of a failed one.
void read_facts(SSL* ssl, TlsFacts& facts);

[[nodiscard]] Certificate certificate_facts(X509& certificate);

/// So many of a chain are told: OpenSSL takes 100 KiB of certificates from a server.
inline constexpr std::size_t most_certificates = 10;

/// In RFC 2253 form and UTF-8, the rarest part first: "CN=db.example.com,O=Example".
[[nodiscard]] std::string subject_of(const X509& certificate);
[[nodiscard]] std::string issuer_of(const X509& certificate);

/// What decides how strong a certificate is: "RSA, 1024 bits" and "sha1WithRSAEncryption".
[[nodiscard]] std::string key_of(const X509& certificate);
[[nodiscard]] std::string signature_of(const X509& certificate);

/// What a certificate may be used for ("TLS Web Client Authentication"); empty when it does not say.
[[nodiscard]] std::string usage_of(const X509& certificate);

/// Times that WallTime cannot hold (RFC 5280 writes "no end" as the year 9999) become 1900 or 2262.
[[nodiscard]] WallTime wall_time(const ASN1_TIME* time) noexcept;

}  // namespace connprobe::net
