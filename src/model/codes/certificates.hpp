// What is known of the codes of class tls that are about certificates, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_certificates = std::to_array<CodeInfo>({
    {Code::certificate_expired, "certificate_expired", tls, stays, "A certificate of the chain is past its end.",
     "renew the certificate, and make the server load the new one",
     "Usual causes: the renewal did not run or failed; it ran, but the server was not reloaded and still shows the old "
     "certificate; an intermediate certificate expired; the clock of this machine is wrong.\n"
     "What to try: Whether the renewal runs: `systemctl list-timers`, and its log (certbot: /var/log/letsencrypt). If "
     "the dates are good, the clock of this machine is wrong."},
    {Code::certificate_not_yet_valid, "certificate_not_yet_valid", tls, stays,
     "A certificate of the chain is not valid yet: its beginning is in the future.",
     "compare the clock of this machine (`date -u`) with the beginning of the certificate",
     "Usual causes: the clock of this machine is behind (a virtual machine that slept, no NTP); the clock of whoever "
     "made the certificate was ahead; a certificate that was installed before its time.\n"
     "What to try: `timedatectl` tells whether NTP sets the clock."},
    {Code::hostname_mismatch, "hostname_mismatch", tls, stays,
     "The certificate is good, but for other names than the one that was asked for.",
     "use a name that the certificate holds, set tls.server_name, or have the name added to the certificate",
     "Usual causes: an address, short name or alias that the certificate does not hold; a server with several sites "
     "that shows its default certificate; a name that leads to the wrong machine; a wildcard, which covers one label "
     "only (*.example.org is not a.b.example.org); a certificate without alternative names: the common name does not "
     "count.\n"
     "What to try: A server with several sites shows its default certificate to a name that it does not know: see how "
     "its configuration spells this one."},
    {Code::unknown_authority, "unknown_authority", tls, stays,
     "The certificate was issued by an authority that is not trusted here, or the chain to one is incomplete.",
     "give the authority's certificate with --cacert, or make the server send its intermediate certificates",
     "Usual causes: a private (company) authority that this machine does not know; a server that sends its certificate "
     "without the intermediate ones (browsers fetch or remember them, programs do not); an inspecting proxy with its "
     "own authority; an old or missing ca-certificates package, as in a minimal container.\n"
     "What to try: Who issued the last certificate of the chain? The server should send fullchain.pem, not cert.pem "
     "alone. Where the public authorities are missing: `apt install ca-certificates`."},
    {Code::self_signed, "self_signed", tls, stays,
     "The certificate vouches only for itself, and it is not trusted here.",
     "if it is yours, trust it with --cacert FILE; otherwise have an authority issue one",
     "Usual causes: the default certificate of a fresh installation or appliance; a test system; a certificate that "
     "was made with `openssl req -x509`; a server that shows another site's default.\n"
     "What to try: Compare its fingerprint with that of the file on the server before you trust it. --insecure would "
     "verify nothing at all."},
    {Code::certificate_revoked, "certificate_revoked", tls, stays, "The authority has revoked the certificate.",
     "replace the certificate; ask the authority why it was revoked",
     "Usual causes: the private key leaked or was thought to; the authority found that it had issued wrongly and "
     "revoked many at once; the certificate was replaced, and the old one is still in use here.\n"
     "What to try: The new one needs a new key. Install it on every server that has the old one, and reload them."},
    {Code::certificate_bad_signature, "certificate_bad_signature", tls, stays,
     "A signature in the chain does not fit: the certificate was altered, or another key signed it.",
     "check that the server's chain file holds the issuer that really signed the certificate",
     "Usual causes: an authority that was made anew under the same name, so that old certificates do not fit its new "
     "key; a chain file put together from the wrong parts; a damaged file; an attempt at forgery.\n"
     "What to try: Which signature it is: `openssl verify -CAfile root.pem -untrusted chain.pem server.pem`. Compare "
     "the authority key identifiers: `openssl x509 -noout -text -in FILE`."},
    {Code::invalid_authority, "invalid_authority", tls, stays,
     "A certificate of the chain was used to issue another one, but may not issue any, or not so deep a chain.",
     "have the issuing certificate made anew as an authority: basicConstraints CA:TRUE, keyUsage keyCertSign",
     "Usual causes: a home-made authority without basicConstraints CA:TRUE or keyCertSign; a certificate issued with a "
     "server's certificate; an intermediate whose path length allows no further one.\n"
     "What to try: For each issuer of the chain: `openssl x509 -noout -ext basicConstraints,keyUsage -in FILE`."},
    {Code::certificate_purpose, "certificate_purpose", tls, stays, "The certificate was not issued for TLS servers.",
     "have it issued anew with extendedKeyUsage serverAuth",
     "Usual causes: a client or mail certificate installed on a server; a home-made certificate with an "
     "extendedKeyUsage that leaves serverAuth out; an authority that is restricted to another use.\n"
     "What to try: What it may be used for: `openssl x509 -noout -purpose -in FILE`."},
    {Code::name_constraints, "name_constraints", tls, stays, "An authority of the chain may not issue for this name.",
     "have the certificate issued by an authority whose name constraints allow the name",
     "Usual causes: a company authority limited to its own domains, used for another one; an address in the "
     "certificate where only names are permitted.\n"
     "What to try: What the authority may issue for: `openssl x509 -noout -ext nameConstraints -in AUTHORITY.pem`."},
    {Code::weak_certificate, "weak_certificate", tls, stays,
     "A key or signature of the chain is too weak to be trusted (security level 2: RSA under 2048 bits, SHA-1, MD5).",
     "have the certificate issued anew: RSA of at least 2048 bits or an elliptic curve, SHA-256",
     "Usual causes: an appliance or an old private authority with RSA 1024 or SHA-1 signatures.\n"
     "What to try: Look at Public-Key and Signature Algorithm of every certificate of the chain. The root's own "
     "signature does not count, its key does."},
    {Code::certificate_invalid, "certificate_invalid", tls, stays,
     "A certificate of the chain is malformed or demands something that is not understood.",
     "look at it with `openssl x509 -noout -text`, and have it issued anew",
     "Usual causes: a home-made certificate with a wrong extension or date; a critical extension that OpenSSL does not "
     "know; a chain that is too long or refers to itself; a file damaged in copying.\n"
     "What to try: What is wrong with it: `openssl verify -x509_strict -CAfile root.pem FILE`."},
    {Code::staple_missing, "staple_missing", tls, stays,
     "The server had to send a fresh OCSP answer with its certificate and did not.",
     "turn OCSP stapling on in the server, and let it reach the authority's OCSP responder",
     "Usual causes: a certificate with \"must-staple\" on a server without stapling; the server cannot reach the OCSP "
     "responder (firewall, DNS); a server that has just started and has no answer yet.\n"
     "What to try: nginx: ssl_stapling; Apache: SSLUseStapling. Right after its start a server may have no answer yet: "
     "ask it twice."},
    {Code::pin_mismatch, "pin_mismatch", tls, stays, "The server's public key is none of those that were pinned.",
     "find out whether the key was changed on purpose; if so, update the pins",
     "Usual causes: a certificate renewed with a new key; another server of that name; an inspecting proxy; an "
     "attack.\n"
     "What to try: Compare with the key of the server's own file. A renewal can keep the key (certbot: --reuse-key)."},
});

}  // namespace connprobe::codes
