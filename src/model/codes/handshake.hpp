// What is known of the codes of class tls that are about the handshake, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_handshake = std::to_array<CodeInfo>({
    {Code::protocol_version, "protocol_version", tls, stays, "Client and server have no TLS version in common.",
     "bring the server to TLS 1.2 or 1.3, or check tls.min_version and tls.max_version",
     "Usual causes: an old server or appliance with TLS 1.0 or 1.1 only, which RFC 8996 forbids and connprobe does not "
     "offer; tls.min_version or tls.max_version set so that nothing is left in common.\n"
     "What to try: On the server: ssl_protocols (nginx), SSLProtocol (Apache), jdk.tls.disabledAlgorithms (Java)."},
    {Code::no_shared_cipher, "no_shared_cipher", tls, stays,
     "Client and server have no cipher suite, group or signature algorithm in common.",
     "compare the server's cipher list with `openssl ciphers -v`; allow at least one modern suite",
     "Usual causes: an old server with weak suites only (3DES, RC4, static RSA, small Diffie-Hellman groups); a very "
     "strict list on the server; a server whose certificate does not fit its suites (an RSA key, ECDSA suites only).\n"
     "What to try: What the server knows: `nmap --script ssl-enum-ciphers -p PORT HOST`. On the server: ssl_ciphers "
     "(nginx), SSLCipherSuite (Apache)."},
    {Code::no_shared_alpn, "no_shared_alpn", tls, stays,
     "Client and server have no application protocol (ALPN) in common.",
     "compare tls.alpn with what the server speaks: `openssl s_client -connect HOST:PORT -alpn h2,http/1.1 </dev/null`",
     "Usual causes: h2 asked of a server, or a balancer in front of it, that knows HTTP/1.1 only; a typing error.\n"
     "What to try: Turn the protocol on in the server (nginx: http2), or leave tls.alpn_required out if it is only a "
     "wish."},
    {Code::not_tls, "not_tls", tls, heals, "The port answers, but not with TLS.",
     "use the TLS port, give --starttls if it changes to TLS later, or turn tls off for this server",
     "Usual causes: the plain port instead of the TLS one (80 for 443); TLS not turned on in the service; a protocol "
     "that changes to TLS later (SMTP, IMAP, PostgreSQL, MySQL) and was not asked to; --starttls with another protocol "
     "than the server's; a proxy that answers with an error page; text that somebody slips in after STARTTLS.\n"
     "What to try: See what it says. In a list, `tls: false` is for a plain service, `starttls: smtp` and its kin for "
     "one that changes."},
    {Code::starttls_refused, "starttls_refused", tls, heals,
     "The server does not offer to change to TLS, or declined to.",
     "turn TLS on in the server; if it is on, look at why it does not offer STARTTLS to this client",
     "Usual causes: TLS is not configured, or its certificate could not be read; the server is too busy or bars this "
     "client, and says so in its greeting (421, 554, MySQL's 1040 and 1129); TLS is offered on another port or to "
     "other networks only; the port speaks TLS from the first byte; a device in between strips the offer.\n"
     "What to try: The server's log at its start tells why. Its TLS port needs no --starttls (465 for 25, 993 for "
     "143). Where a firewall masks the offer (XXXXXXXA), turn its inspection of SMTP off."},
    {Code::handshake_failure, "handshake_failure", tls, heals,
     "The TLS handshake broke off, and the server does not say exactly why.",
     "look into the server's log at this time; how far it goes: `openssl s_client -connect HOST:PORT -msg </dev/null`",
     "Usual causes: the server knows no site of this name (SNI) or wants one; no cipher suite, group or signature "
     "algorithm in common; a client certificate is wanted; the server cannot read its key; a device in between that "
     "meddles.\n"
     "What to try: Another name in tls.server_name; `-tls1_2` and `-tls1_3` by themselves."},
});

}  // namespace connprobe::codes
