// What is known of the codes of class network, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_network = std::to_array<CodeInfo>({
    {Code::connection_refused, "connection_refused", network, heals,
     "The host is there and says no: nothing listens on that port or socket.",
     "on the host, see with `ss -ltn` whether the service listens on this port, and on which address",
     "Usual causes: the service is stopped, crashed or still starting; it listens on another port, or on 127.0.0.1 "
     "only; a container's port is not published; a firewall rejects with a TCP reset.\n"
     "What to try: 127.0.0.1 as Local Address serves only the host itself. Why it is not running: `systemctl status "
     "SERVICE`, `journalctl -u SERVICE -n 50`. In a container, is the port published: `docker ps`. If it does listen, "
     "a rule may reject: `nft list ruleset`."},
    {Code::connection_reset, "connection_reset", network, heals,
     "The connection was made and then torn down by a reset.",
     "look into the server's log at this time: it, or a device before it, broke the connection off",
     "Usual causes: a load balancer or proxy without a healthy backend; the server process crashed or is overloaded; a "
     "limit of connections or an allow-list (tcp wrappers, max_connections); a firewall that inspects and does not "
     "like what it sees, often the TLS server name.\n"
     "What to try: See the balancer's health page; try the same probe from another network. A packet capture on both "
     "sides shows who sent the reset."},
    {Code::connection_closed, "connection_closed", network, heals,
     "The server closed the connection before it had answered.",
     "look into the server's log at this time: it hung up before the handshake or the check was done",
     "Usual causes: a proxy or balancer without a backend; an allow-list that lets the connection in and then hangs up "
     "(pg_hba.conf, sshd MaxStartups, hosts.deny); a service of another protocol; one that is shutting down.\n"
     "What to try: See whether it says something before it hangs up. Limits and allow-lists hang up without a word: "
     "pg_hba.conf, MaxStartups of sshd, hosts.deny."},
    {Code::host_unreachable, "host_unreachable", network, heals,
     "A router, or this machine, says that there is no way to this host.",
     "check that the host is on and its address is right: `ip route get ADDRESS`",
     "Usual causes: the host is off and does not answer ARP on its own network; the address is wrong or was given to "
     "another; a router has no way further; a firewall rejects with ICMP host unreachable.\n"
     "What to try: FAILED among the neighbours means that nobody has that address on this network; the last router "
     "that answers is where the way ends."},
    {Code::network_unreachable, "network_unreachable", network, heals,
     "There is no route to that network: this machine or a router says so.",
     "see which route is missing, and whether the network or the VPN is up: `ip route get ADDRESS`",
     "Usual causes: an IPv6 address on a machine without IPv6; no default route (interface down, DHCP not done); a VPN "
     "that is not up; a blackhole route; a link-local address (fe80::) without its interface (%eth0).\n"
     "What to try: All routes: `ip route`, `ip -6 route`. If IPv4 would do, `-4`."},
    {Code::admin_prohibited, "admin_prohibited", network, heals,
     "A router or firewall says that this connection is forbidden.",
     "ask for a rule that lets this machine reach the port; look at the firewall here first: `nft list ruleset`",
     "Usual causes: a firewall between here and there rejects with ICMP \"administratively prohibited\"; a prohibit "
     "route on this machine or on a router; a policy of the host (firewalld, a Kubernetes network policy).\n"
     "What to try: The last router that answers is the one that forbids, or stands right before it."},
    {Code::backlog_full, "backlog_full", network, heals,
     "The unix socket is there, but its queue of waiting connections is full.",
     "the service does not accept fast enough: see with `ss -lx` how full its queue is, and whether it hangs",
     "Usual causes: the service hangs or is overloaded and no longer calls accept; more clients at once than its "
     "backlog allows; a socket that was bound by systemd for a service that does not start.\n"
     "What to try: Recv-Q against Send-Q of the socket shows how full it is. `systemctl status SERVICE`; a larger "
     "backlog in the service and in net.core.somaxconn."},
    {Code::socket_missing, "socket_missing", network, heals, "There is no unix socket at that path.",
     "check the path, and whether the service that makes the socket runs: `ss -lx`",
     "Usual causes: the service is not running or still starting; the path is another (/run/postgresql or /tmp?); the "
     "socket is in another container or private /tmp; a plain file or directory of that name.\n"
     "What to try: `systemctl status SERVICE` tells whether it runs, and in a private /tmp (PrivateTmp=) its socket is "
     "not seen from here."},
});

}  // namespace connprobe::codes
