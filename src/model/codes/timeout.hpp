// What is known of the codes of class timeout, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_timeout = std::to_array<CodeInfo>({
    {Code::connect_timeout, "connect_timeout", timeout, heals,
     "Nothing answers there, not even a refusal: a firewall that drops, a wrong address, or a host that is off.",
     "see whether another port of the same host answers: if one does, a firewall drops this one",
     "Usual causes: a firewall or cloud security group that drops; a wrong or old address; a host that is off or "
     "hangs; no way back (routing, a VPN that is not up); a server so busy that its accept queue is full.\n"
     "What to try: `ip route get ADDRESS` shows the way that is taken. On the host: do the packets arrive, and does "
     "the accept queue overflow (`nstat -az TcpExtListenOverflows`)? If it answers late, raise --connect-timeout or "
     "--timeout."},
    {Code::proxy_timeout, "proxy_timeout", timeout, heals,
     "The proxy was reached, but did not open the way to the target in time.",
     "see whether the proxy can reach the target, and how busy it is",
     "Usual causes: the target does not answer the proxy (a firewall that drops); the proxy resolves the name slowly; "
     "the proxy is overloaded; something else than a proxy listens on that port.\n"
     "What to try: The proxy's log; the same target without the proxy. If it answers late, raise --proxy-timeout or "
     "--timeout."},
    {Code::tls_timeout, "tls_timeout", timeout, heals,
     "The connection was made, but the TLS handshake was not finished in time.",
     "check that the port speaks TLS; a plain service may wait silently for us: `openssl s_client -connect HOST:PORT "
     "</dev/null`",
     "Usual causes: a service without TLS that waits for the client to speak; a server so busy that it does nothing; "
     "large packets that are lost on the way (MTU of a VPN), so that the certificate never arrives.\n"
     "What to try: If the port connects without TLS, TLS is the matter; if large pings are lost, the MTU of the way "
     "is. If it answers late, raise --tls-timeout or --timeout."},
    {Code::check_timeout, "check_timeout", timeout, heals,
     "The connection works, but the server did not answer the check in time.",
     "look at the server's load and log: it accepts connections, but does not answer; is it the service you mean?",
     "Usual causes: all workers are busy; it waits for something itself (a database, a lock); another service on that "
     "port, which expects another protocol; the check waits for text that never comes.\n"
     "What to try: Ask the same by hand. If the answer comes late, raise --check-timeout or --timeout."},
});

}  // namespace connprobe::codes
