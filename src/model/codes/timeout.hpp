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
     "What to try: `connprobe HOST:22 HOST:443` (does anything answer?), `ip route get ADDRESS`, `traceroute -n -T -p "
     "PORT ADDRESS`; on the host `tcpdump -n port PORT` (do the packets arrive?) and `nstat -az "
     "TcpExtListenOverflows`. If it answers late, raise --connect-timeout or --timeout."},
    {Code::proxy_timeout, "proxy_timeout", timeout, heals,
     "The proxy was reached, but did not open the way to the target in time.",
     "see whether the proxy can reach the target, and how busy it is",
     "Usual causes: the target does not answer the proxy (a firewall that drops); the proxy resolves the name slowly; "
     "the proxy is overloaded; something else than a proxy listens on that port.\n"
     "What to try: `curl -v --proxy PROXY https://TARGET/`; the proxy's log; the same target without the proxy."},
    {Code::tls_timeout, "tls_timeout", timeout, heals,
     "The connection was made, but the TLS handshake was not finished in time.",
     "check that the port speaks TLS: `openssl s_client -connect HOST:PORT`; a plain service may wait silently for us",
     "Usual causes: a service without TLS that waits for the client to speak; a server so busy that it does nothing; "
     "large packets that are lost on the way (MTU of a VPN), so that the certificate never arrives.\n"
     "What to try: `openssl s_client -connect HOST:PORT`; the probe with tls off; `ping -M do -s 1400 HOST` (MTU); the "
     "server's load. If it does answer late, raise --tls-timeout or --timeout."},
    {Code::check_timeout, "check_timeout", timeout, heals,
     "The connection works, but the server did not answer the check in time.",
     "look at the server's load and log: it accepts connections, but does not answer",
     "Usual causes: all workers are busy; it waits for something itself (a database, a lock); the check waits for text "
     "that never comes.\n"
     "What to try: the server's log and load; the same question by hand, with curl or the service's own client."},
});

}  // namespace connprobe::codes
