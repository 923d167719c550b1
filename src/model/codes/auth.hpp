// What is known of the codes of class auth, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_auth = std::to_array<CodeInfo>({
    {Code::client_certificate_required, "client_certificate_required", auth, stays,
     "The server demands a client certificate, and none was shown.",
     "show it a certificate that it trusts (--cert, --key); without one, probe its port alone with tcp://",
     "Usual causes: mutual TLS: a service mesh, an internal interface, a database with cert authentication.\n"
     "What to try: The command lists the authorities that are acceptable, if the server names them."},
    {Code::client_certificate_rejected, "client_certificate_rejected", auth, stays,
     "The server saw the client certificate and does not accept it.",
     "check that the client certificate is valid and issued by an authority that the server trusts",
     "Usual causes: the certificate has expired, was revoked, or comes from another authority than the server trusts; "
     "it was not issued for clients (extendedKeyUsage clientAuth); its name is not allowed in.\n"
     "What to try: What was shown: `openssl x509 -noout -dates -issuer -ext extendedKeyUsage -in FILE`. The server's "
     "log tells what it dislikes."},
    {Code::authentication_failed, "authentication_failed", auth, stays,
     "The server demands a login, or does not accept the user and password.",
     "check user and password, and whether this user may log in from here",
     "Usual causes: a password that was changed or not filled in; a user that may not log in from here; a path of HTTP "
     "that wants a login (401).\n"
     "What to try: The server's log tells which of them it is. It is not tried again, because repeated wrong passwords "
     "lock users out."},
    {Code::proxy_authentication_failed, "proxy_authentication_failed", auth, stays,
     "The proxy wants a user and password, or does not accept the ones it got.", "check user and password of the proxy",
     "Usual causes: no user and password given; a password that was changed; a proxy that wants NTLM or Kerberos.\n"
     "What to try: In a URL @, : and / of a password are percent-encoded (%40, %3A, %2F). Basic is what connprobe "
     "knows: NTLM and Kerberos need a relay on this machine, such as cntlm."},
    {Code::forbidden, "forbidden", auth, stays, "The server is alive, but does not let us do this.",
     "check that the path is right and that this machine or user may use it",
     "Usual causes: a path that this user may not see (403); an allow-list of addresses or names; an application "
     "firewall.\n"
     "What to try: Give a health path that is open to probes, or list 403 in the key `status` of the check."},
});

}  // namespace connprobe::codes
