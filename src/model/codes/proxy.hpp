// What is known of the codes of class proxy, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_proxy = std::to_array<CodeInfo>({
    {Code::proxy_denied, "proxy_denied", proxy, heals, "The proxy refuses to connect to the target.",
     "check the proxy's rules: may this client reach this host and port?",
     "Usual causes: the port is not allowed (often only 443 is); the host or this client is not on its list.\n"
     "What to try: Its access log names the rule (squid: acl SSL_ports, Safe_ports). A status of 429 or 5xx is no "
     "rule: it limits requests, or fails itself."},
    {Code::proxy_unexpected_reply, "proxy_unexpected_reply", proxy, heals,
     "What answered at the proxy's address does not speak the proxy protocol.",
     "check host, port and scheme of the proxy: socks5 and http are different protocols",
     "Usual causes: the scheme is wrong (an HTTP proxy given as socks5, or https for http); another service's port.\n"
     "What to try: Ask it as each kind, with http:// and with socks5:// before its address."},
});

}  // namespace connprobe::codes
