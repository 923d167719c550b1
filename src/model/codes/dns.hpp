// What is known of the codes of class dns, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_dns = std::to_array<CodeInfo>({
    {Code::host_not_found, "host_not_found", dns, heals,
     "The name does not exist: the resolver says so, it is not silent.",
     "check the spelling, and whether the resolver that was asked knows the name",
     "Usual causes: a typing error; a short name that lives in another search domain or Kubernetes namespace; a record "
     "that was removed or not published yet; a name of an internal zone asked of a public resolver (no VPN).\n"
     "What to try: If `getent` and `dig` differ, look at /etc/hosts, /etc/nsswitch.conf and the search line of "
     "/etc/resolv.conf. A new name may be hidden by a cached answer until the zone's negative TTL is over: the last "
     "number of `dig SOA ZONE`."},
    {Code::no_address, "no_address", dns, heals, "The name exists, but has no address of the wanted family.",
     "see which addresses it has; if they are of one family only, drop -4 or -6",
     "Usual causes: -4 or `family: ipv4` for a name that has only IPv6 addresses, or the reverse; a domain with mail "
     "or subdomains but no server of its own; a CNAME to such a name; a Kubernetes service without ready endpoints.\n"
     "What to try: A CNAME may lead to a name without addresses: follow it to its end. In Kubernetes: `kubectl get "
     "endpoints SERVICE`."},
    {Code::dns_server_failure, "dns_server_failure", dns, heals,
     "The DNS server answered that it could not find out (SERVFAIL).",
     "ask without DNSSEC; if that answers, the signatures of the zone are broken: `dig +cd HOST`",
     "Usual causes: the authoritative servers of the zone do not answer the resolver; DNSSEC signatures of the zone "
     "are expired or wrong; the resolver itself is overloaded or has lost its way to the internet.\n"
     "What to try: The trace shows which server of the zone is silent. Another resolver may know the name: `--resolver "
     "dns:ADDRESS`."},
    {Code::dns_refused, "dns_refused", dns, heals,
     "The DNS server does not serve this machine: it answered REFUSED, or its port is closed.",
     "check that the DNS server that is asked (/etc/resolv.conf or --resolver) serves this network",
     "Usual causes: an authoritative server that knows only its own zones; an access list of the resolver "
     "(allow-recursion, access-control) that leaves this network out; a resolver that is stopped or starting; a rate "
     "limit.\n"
     "What to try: Ask whoever runs it to serve this machine (allow-recursion, access-control). Another one may do: "
     "`--resolver dns:ADDRESS`."},
    {Code::dns_temporary_failure, "dns_temporary_failure", dns, heals,
     "The system's resolver could not find out for now; it does not say why (EAI_AGAIN).",
     "see with `--resolver dns` whether the DNS server is silent, refuses or fails",
     "Usual causes: no DNS server can be reached (network down, VPN not up yet, container without DNS); "
     "systemd-resolved or nscd is restarting; the DNS server answers SERVFAIL.\n"
     "What to try: Is the network up? Does /etc/resolv.conf name a server? A container may need its own: `docker run "
     "--dns ADDRESS`."},
    {Code::dns_bad_reply, "dns_bad_reply", dns, heals,
     "What the DNS server answered cannot be used: malformed, cut off, or a refusal of the question's form.",
     "ask over TCP; if that answers, something on the way garbles UDP: `dig +tcp HOST`",
     "Usual causes: a home router, captive portal or firewall that rewrites DNS; long answers that are cut off while "
     "TCP port 53 is blocked; an old server that does not know the question (NOTIMP, FORMERR); no DNS on that port.\n"
     "What to try: An old server may trip over extensions: `dig +noedns NAME`. Another resolver tells whether it is "
     "this one: `--resolver dns:ADDRESS`."},
    {Code::dns_timeout, "dns_timeout", dns, heals, "No DNS server answered in time.",
     "check that the DNS server runs, and that no firewall drops the questions: `dig HOST`",
     "Usual causes: the DNS server is down or its address is out of date; a firewall drops UDP or TCP port 53; the VPN "
     "that the server is behind is not up; so many questions at once that answers are lost.\n"
     "What to try: Ask each server of /etc/resolv.conf by itself: `dig @SERVER NAME`, `connprobe SERVER:53`. If "
     "answers come late, raise --dns-timeout."},
    {Code::bad_name, "bad_name", dns, stays, "This is not a name that could ever be resolved.",
     "correct the name: labels of 1 to 63 letters, digits and hyphens, 253 characters in all",
     "Usual causes: an empty label (two dots, a dot in front), a label over 63 characters, an underscore or blank, a "
     "URL or path where a host name belongs, a variable that was not filled in.\n"
     "What to try: See how the name was understood, above all one that was put together from variables. Trying again "
     "does not help, so it is not done."},
});

}  // namespace connprobe::codes
