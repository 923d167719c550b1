// The one table of failure codes. Retry, `explain`, the man page and the schema are made from it.
#include "connprobe/failure.hpp"

#include <array>

namespace connprobe {

namespace {

using enum FailureClass;

/// A strategy without rules tries again what waiting can heal, and only that.
constexpr bool heals = true;
constexpr bool stays = false;

constexpr std::array table = std::to_array<CodeInfo>({
    {Code::host_not_found, "host_not_found", dns, heals,
     "The name does not exist: the resolver says so, it is not silent.",
     "check the spelling, and whether the name is known to the resolver of this machine",
     "Usual causes: a typing error; a short name that lives in another search domain or Kubernetes namespace; a record "
     "that was removed or not published yet; a name of an internal zone asked of a public resolver (no VPN).\n"
     "What to try: `getent ahosts NAME` shows what other programs here get, `dig NAME` what the DNS says. If they "
     "differ, look at /etc/hosts, /etc/nsswitch.conf and the search line of /etc/resolv.conf. A name that is new may "
     "be hidden by a cached answer until the zone's negative TTL is over: the last number of `dig SOA ZONE`."},
    {Code::no_address, "no_address", dns, heals, "The name exists, but has no address of the wanted family.",
     "ask for its records with `dig NAME A` and `dig NAME AAAA`; if only one family is there, drop -4 or -6",
     "Usual causes: -4 or `family: ipv4` for a name that has only IPv6 addresses, or the reverse; a domain with mail "
     "or subdomains but no server of its own; a CNAME to such a name; a Kubernetes service without ready endpoints.\n"
     "What to try: `dig NAME A` and `dig NAME AAAA`; follow a CNAME to its end; `kubectl get endpoints SERVICE`."},
    {Code::dns_server_failure, "dns_server_failure", dns, heals,
     "The DNS server answered that it could not find out (SERVFAIL).",
     "ask again with `dig NAME`, then with `dig +cd NAME`: if only the second answers, DNSSEC is broken",
     "Usual causes: the authoritative servers of the zone do not answer the resolver; DNSSEC signatures of the zone "
     "are expired or wrong; the resolver itself is overloaded or has lost its way to the internet.\n"
     "What to try: `dig NAME`, `dig +cd NAME` (without DNSSEC), `dig +trace NAME` (who is silent), `dig @ADDRESS NAME` "
     "(another resolver)."},
    {Code::dns_refused, "dns_refused", dns, heals,
     "The DNS server does not serve this machine: it answered REFUSED, or its port is closed.",
     "check that /etc/resolv.conf (or --resolver) names a resolver that serves this network",
     "Usual causes: an authoritative server that knows only its own zones; an access list of the resolver "
     "(allow-recursion, access-control) that leaves this network out; a resolver that is stopped or starting; a rate "
     "limit.\n"
     "What to try: `cat /etc/resolv.conf`, `dig @SERVER NAME`; ask whoever runs the resolver to serve this machine."},
    {Code::dns_temporary_failure, "dns_temporary_failure", dns, heals,
     "The system's resolver could not find out for now; it does not say why (EAI_AGAIN).",
     "see with `--resolver dns` whether the DNS server is silent, refuses or fails",
     "Usual causes: no DNS server can be reached (network down, VPN not up yet, container without DNS); "
     "systemd-resolved or nscd is restarting; the DNS server answers SERVFAIL.\n"
     "What to try: `--resolver dns` tells these causes apart; `cat /etc/resolv.conf`; `resolvectl status`; `dig "
     "NAME`."},
    {Code::dns_bad_reply, "dns_bad_reply", dns, heals,
     "What the DNS server answered cannot be used: malformed, cut off, or a refusal of the question's form.",
     "compare `dig NAME` with `dig +tcp NAME`: a middlebox may garble one of them",
     "Usual causes: a home router, captive portal or firewall that rewrites DNS; long answers that are cut off while "
     "TCP port 53 is blocked; an old server that does not know the question (NOTIMP, FORMERR); no DNS on that port.\n"
     "What to try: `dig NAME`, `dig +tcp NAME`, `dig +noedns NAME`; another resolver: `--resolver dns:ADDRESS`."},
    {Code::dns_timeout, "dns_timeout", dns, heals, "No DNS server answered in time.",
     "check that the servers in /etc/resolv.conf can be reached: `dig @SERVER NAME`",
     "Usual causes: the DNS server is down or its address is out of date; a firewall drops UDP or TCP port 53; the VPN "
     "that the server is behind is not up; so many questions at once that answers are lost.\n"
     "What to try: `cat /etc/resolv.conf`, `dig @SERVER NAME` for each, `connprobe SERVER:53`; a longer "
     "--dns-timeout."},
    {Code::bad_name, "bad_name", dns, stays, "This is not a name that could ever be resolved.",
     "correct the name: labels of 1 to 63 letters, digits and hyphens, 253 characters in all",
     "Usual causes: an empty label (two dots, a dot in front), a label over 63 characters, an underscore or blank, a "
     "URL or path where a host name belongs, a variable that was not filled in.\n"
     "What to try: `--dry-run` shows every name as it was understood. Trying again does not help, so it is not done."},

    {Code::connection_refused, "connection_refused", network, heals,
     "The host is there and says no: nothing accepts connections on that port.",
     "on the host, see with `ss -ltn` whether the service listens on this port, and on which address",
     "Usual causes: the service is stopped, crashed or still starting; it listens on another port, or on 127.0.0.1 "
     "only; a container's port is not published; a firewall rejects with a TCP reset.\n"
     "What to try: on the host `ss -ltnp` (127.0.0.1 as Local Address serves only the host itself), `systemctl status "
     "SERVICE`, `journalctl -u SERVICE -n 50`, `docker ps`; if it does listen, `nft list ruleset` (a REJECT rule?)."},
    {Code::connection_reset, "connection_reset", network, heals,
     "The connection was made and then torn down by a reset.",
     "look into the server's log at this time: it, or a device before it, broke the connection off",
     "Usual causes: a load balancer or proxy without a healthy backend; the server process crashed or is overloaded; a "
     "limit of connections or an allow-list (tcp wrappers, max_connections); a firewall that inspects and does not "
     "like what it sees, often the TLS server name.\n"
     "What to try: the server's log; the balancer's health page; `openssl s_client -connect HOST:PORT`; the same probe "
     "from another network. A packet capture (`tcpdump -n port PORT`) on both sides shows who sent the reset."},
    {Code::connection_closed, "connection_closed", network, heals,
     "The server closed the connection before it had answered.",
     "look into the server's log at this time: it hung up before the handshake or the check was done",
     "Usual causes: a proxy or balancer without a backend; an allow-list that lets the connection in and then hangs up "
     "(pg_hba.conf, sshd MaxStartups, hosts.deny); a service of another protocol; one that is shutting down.\n"
     "What to try: the server's log; `nc HOST PORT` and see what it says; `openssl s_client -connect HOST:PORT`."},
    {Code::host_unreachable, "host_unreachable", network, heals,
     "A router, or this machine, says that there is no way to this host.",
     "check that the host is on and its address is right: `ip route get ADDRESS`, `ping ADDRESS`",
     "Usual causes: the host is off and does not answer ARP on its own network; the address is wrong or was given to "
     "another; a router has no way further; a firewall rejects with ICMP host unreachable.\n"
     "What to try: `ip route get ADDRESS` (which way is taken), `ip neigh` (FAILED: nobody has that address on this "
     "network), `traceroute -n ADDRESS` (the last router that answers)."},
    {Code::network_unreachable, "network_unreachable", network, heals,
     "There is no route to that network: this machine or a router says so.",
     "see with `ip route get ADDRESS` which route is missing; is the network or the VPN up?",
     "Usual causes: an IPv6 address on a machine without IPv6; no default route (interface down, DHCP not done); a VPN "
     "that is not up; a blackhole route; a link-local address (fe80::) without its interface (%eth0).\n"
     "What to try: `ip route get ADDRESS`, `ip -br address`, `ip route`, `ip -6 route`; `-4` if IPv4 would do."},
    {Code::admin_prohibited, "admin_prohibited", network, heals,
     "A router or firewall says that this connection is forbidden.",
     "ask for a rule that lets this machine reach the port; look at the firewall here first: `nft list ruleset`",
     "Usual causes: a firewall between here and there rejects with ICMP \"administratively prohibited\"; a prohibit "
     "route on this machine or on a router; a policy of the host (firewalld, a Kubernetes network policy).\n"
     "What to try: `ip route get ADDRESS`, `nft list ruleset`; `traceroute -n -T -p PORT ADDRESS` (which router?)."},
    {Code::backlog_full, "backlog_full", network, heals,
     "The unix socket is there, but its queue of waiting connections is full.",
     "the service does not accept fast enough: see with `ss -lx` how full its queue is, and whether it hangs",
     "Usual causes: the service hangs or is overloaded and no longer calls accept; more clients at once than its "
     "backlog allows; a socket that was bound by systemd for a service that does not start.\n"
     "What to try: `ss -lx` (Recv-Q against Send-Q of the socket), `systemctl status SERVICE`, a larger backlog in the "
     "service and in net.core.somaxconn."},
    {Code::socket_missing, "socket_missing", network, heals, "There is no unix socket at that path.",
     "check the path, and whether the service that makes the socket runs: `ss -lx`",
     "Usual causes: the service is not running or still starting; the path is another (/run/postgresql or /tmp?); the "
     "socket is in another container or private /tmp; a plain file or directory of that name.\n"
     "What to try: `ls -l PATH`, `ss -lxp` (all listening unix sockets), `systemctl status SERVICE`."},

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

    {Code::certificate_expired, "certificate_expired", tls, stays, "A certificate of the chain is past its end.",
     "renew the certificate, and make the server load the new one",
     "Usual causes: the renewal did not run or failed; it ran, but the server was not reloaded and still shows the old "
     "certificate; an intermediate certificate expired; the clock of this machine is wrong.\n"
     "What to try: `openssl s_client -connect HOST:PORT -servername NAME </dev/null | openssl x509 -noout -dates`; "
     "`systemctl list-timers` (certbot), the log of the renewal; reload the server; `date -u` here."},
    {Code::certificate_not_yet_valid, "certificate_not_yet_valid", tls, stays,
     "A certificate of the chain is not valid yet: its beginning is in the future.",
     "compare the clock of this machine (`date -u`) with the beginning of the certificate",
     "Usual causes: the clock of this machine is behind (a virtual machine that slept, no NTP); the clock of whoever "
     "made the certificate was ahead; a certificate that was installed before its time.\n"
     "What to try: `timedatectl`; `openssl s_client -connect HOST:PORT </dev/null | openssl x509 -noout -dates`."},
    {Code::hostname_mismatch, "hostname_mismatch", tls, stays,
     "The certificate is good, but for other names than the one that was asked for.",
     "use a name that the certificate holds, set tls.server_name, or have the name added to the certificate",
     "Usual causes: an address, short name or alias that the certificate does not hold; a server with several sites "
     "that shows its default certificate; a name that leads to the wrong machine; a wildcard, which covers one label "
     "only (*.example.org is not a.b.example.org); a certificate without alternative names: the common name does not "
     "count.\n"
     "What to try: `openssl s_client -connect HOST:PORT -servername NAME </dev/null | openssl x509 -noout -ext "
     "subjectAltName`; with the key `tls.server_name` another name is asked for and verified."},
    {Code::unknown_authority, "unknown_authority", tls, stays,
     "The certificate was issued by an authority that is not trusted here, or the chain to one is incomplete.",
     "give the authority's certificate with --cacert, or make the server send its intermediate certificates",
     "Usual causes: a private (company) authority that this machine does not know; a server that sends its certificate "
     "without the intermediate ones (browsers fetch or remember them, programs do not); an inspecting proxy with its "
     "own authority; an old or missing ca-certificates package, as in a minimal container.\n"
     "What to try: `openssl s_client -connect HOST:PORT -showcerts </dev/null` (who issued the last one?); "
     "fullchain.pem on the server; `--cacert FILE` for a private authority; `apt install ca-certificates`."},
    {Code::self_signed, "self_signed", tls, stays,
     "The certificate vouches only for itself, and it is not trusted here.",
     "if it is yours, trust it with --cacert FILE; otherwise have an authority issue one",
     "Usual causes: the default certificate of a fresh installation or appliance; a test system; a certificate that "
     "was made with `openssl req -x509`; a server that shows another site's default.\n"
     "What to try: `openssl s_client -connect HOST:PORT -showcerts </dev/null`; compare it with the one on the server, "
     "save it and give it with `--cacert FILE`. --insecure would verify nothing at all."},
    {Code::certificate_revoked, "certificate_revoked", tls, stays, "The authority has revoked the certificate.",
     "replace the certificate; ask the authority why it was revoked",
     "Usual causes: the private key leaked or was thought to; the authority found that it had issued wrongly and "
     "revoked many at once; the certificate was replaced, and the old one is still in use here.\n"
     "What to try: issue one with a new key, install it on every server that has the old one, reload them."},
    {Code::certificate_bad_signature, "certificate_bad_signature", tls, stays,
     "A signature in the chain does not fit: the certificate was altered, or another key signed it.",
     "check that the server's chain file holds the issuer that really signed the certificate",
     "Usual causes: an authority that was made anew under the same name, so that old certificates do not fit its new "
     "key; a chain file put together from the wrong parts; a damaged file; an attempt at forgery.\n"
     "What to try: `openssl verify -CAfile root.pem -untrusted chain.pem server.pem`; compare the authority key "
     "identifiers: `openssl x509 -noout -text -in FILE`."},
    {Code::invalid_authority, "invalid_authority", tls, stays,
     "A certificate of the chain was used to issue another one, but may not issue any, or not so deep a chain.",
     "have the issuing certificate made anew as an authority: basicConstraints CA:TRUE, keyUsage keyCertSign",
     "Usual causes: a home-made authority without basicConstraints CA:TRUE or keyCertSign; a certificate issued with a "
     "server's certificate; an intermediate whose path length allows no further one.\n"
     "What to try: `openssl x509 -noout -ext basicConstraints,keyUsage -in FILE` for each issuer of the chain."},
    {Code::certificate_purpose, "certificate_purpose", tls, stays, "The certificate was not issued for TLS servers.",
     "have it issued anew with extendedKeyUsage serverAuth",
     "Usual causes: a client or mail certificate installed on a server; a home-made certificate with an "
     "extendedKeyUsage that leaves serverAuth out; an authority that is restricted to another use.\n"
     "What to try: `openssl x509 -noout -ext extendedKeyUsage,keyUsage -in FILE`; the same with `-purpose`."},
    {Code::name_constraints, "name_constraints", tls, stays, "An authority of the chain may not issue for this name.",
     "have the certificate issued by an authority whose name constraints allow the name",
     "Usual causes: a company authority limited to its own domains, used for another one; an address in the "
     "certificate where only names are permitted.\n"
     "What to try: `openssl x509 -noout -ext nameConstraints -in AUTHORITY.pem`; the certificate's alternative names."},
    {Code::weak_certificate, "weak_certificate", tls, stays,
     "A key or signature of the chain is too weak to be trusted (security level 2: RSA under 2048 bits, SHA-1, MD5).",
     "have the certificate issued anew: RSA of at least 2048 bits or an elliptic curve, SHA-256",
     "Usual causes: an appliance or an old private authority with RSA 1024 or SHA-1 signatures.\n"
     "What to try: `openssl x509 -noout -text -in FILE` (Public-Key, Signature Algorithm) for every certificate of the "
     "chain. The root's own signature does not count, its key does."},
    {Code::certificate_invalid, "certificate_invalid", tls, stays,
     "A certificate of the chain is malformed or demands something that is not understood.",
     "look at it with `openssl x509 -noout -text`, and have it issued anew",
     "Usual causes: a home-made certificate with a wrong extension or date; a critical extension that OpenSSL does not "
     "know; a chain that is too long or refers to itself; a file damaged in copying.\n"
     "What to try: `openssl s_client -connect HOST:PORT -showcerts </dev/null`, `openssl x509 -noout -text -in FILE`, "
     "`openssl verify -x509_strict -CAfile root.pem FILE`."},
    {Code::staple_missing, "staple_missing", tls, stays,
     "The server had to send a fresh OCSP answer with its certificate and did not.",
     "turn OCSP stapling on in the server, and let it reach the authority's OCSP responder",
     "Usual causes: a certificate with \"must-staple\" on a server without stapling; the server cannot reach the OCSP "
     "responder (firewall, DNS); a server that has just started and has no answer yet.\n"
     "What to try: `openssl s_client -connect HOST:PORT -status </dev/null`; nginx: ssl_stapling, Apache: "
     "SSLUseStapling."},
    {Code::pin_mismatch, "pin_mismatch", tls, stays, "The server's public key is none of those that were pinned.",
     "find out whether the key was changed on purpose; if so, update the pins",
     "Usual causes: a certificate renewed with a new key; another server of that name; an inspecting proxy; an "
     "attack.\n"
     "What to try: compare with the server's own file: `openssl x509 -noout -pubkey -in FILE | openssl pkey -pubin "
     "-outform DER | openssl dgst -sha256 -binary | base64`."},
    {Code::protocol_version, "protocol_version", tls, stays, "Client and server have no TLS version in common.",
     "bring the server to TLS 1.2 or 1.3, or check tls.min_version and tls.max_version",
     "Usual causes: an old server or appliance with TLS 1.0 or 1.1 only, which RFC 8996 forbids and connprobe does not "
     "offer; tls.min_version or tls.max_version set so that nothing is left in common.\n"
     "What to try: `openssl s_client -connect HOST:PORT -tls1_2` and `-tls1_3`; nginx: ssl_protocols."},
    {Code::no_shared_cipher, "no_shared_cipher", tls, stays,
     "Client and server have no cipher suite, group or signature algorithm in common.",
     "compare the server's cipher list with `openssl ciphers -v`; allow at least one modern suite",
     "Usual causes: an old server with weak suites only (3DES, RC4, static RSA, small Diffie-Hellman groups); a very "
     "strict list on the server; a server whose certificate does not fit its suites (an RSA key, ECDSA suites only).\n"
     "What to try: `nmap --script ssl-enum-ciphers -p PORT HOST`; `openssl s_client -connect HOST:PORT -cipher "
     "ALL@SECLEVEL=0`; the server's configuration (nginx ssl_ciphers)."},
    {Code::no_shared_alpn, "no_shared_alpn", tls, stays,
     "Client and server have no application protocol (ALPN) in common.",
     "check tls.alpn: which protocols does the server speak? `openssl s_client -alpn h2,http/1.1 -connect HOST:PORT`",
     "Usual causes: h2 asked of a server, or a balancer in front of it, that knows HTTP/1.1 only; a typing error.\n"
     "What to try: `openssl s_client -connect HOST:PORT -alpn h2,http/1.1 </dev/null | grep ALPN`; turn the protocol "
     "on in the server (nginx: http2); leave tls.alpn_required out if it is only a wish."},
    {Code::not_tls, "not_tls", tls, heals, "The port answers, but not with TLS.",
     "use the TLS port, or turn tls off for this server",
     "Usual causes: the plain port instead of the TLS one (80 for 443); TLS not turned on in the service; a protocol "
     "that changes to TLS later (SMTP, IMAP, PostgreSQL, MySQL); a proxy that answers with an error page.\n"
     "What to try: `nc HOST PORT` (what does it say?), `curl -v http://HOST:PORT/`; `tls: false` for a plain service."},
    {Code::starttls_refused, "starttls_refused", tls, heals,
     "The server does not offer to change to TLS, or declined to.",
     "turn TLS on in the server; if it is on, look at why it does not offer STARTTLS to this client",
     "Usual causes: TLS is not configured or its certificate could not be read; it is offered on another port or to "
     "other networks only; a device in between strips the offer.\n"
     "What to try: `openssl s_client -starttls PROTOCOL -connect HOST:PORT`; the server's log at its start."},
    {Code::handshake_failure, "handshake_failure", tls, heals,
     "The TLS handshake broke off, and the server does not say exactly why.",
     "look into the server's log at this time, and compare with `openssl s_client -connect HOST:PORT -servername NAME`",
     "Usual causes: the server knows no site of this name (SNI) or wants one; no cipher suite, group or signature "
     "algorithm in common; a client certificate is wanted; the server cannot read its key; a device in between that "
     "meddles.\n"
     "What to try: the server's log, which usually knows; `openssl s_client -connect HOST:PORT -servername NAME -msg`; "
     "another name in tls.server_name; `-tls1_2` and `-tls1_3` by themselves."},

    {Code::client_certificate_required, "client_certificate_required", auth, stays,
     "The server demands a client certificate, and none was shown.",
     "the server is alive and speaks TLS; it serves only clients that show a certificate",
     "Usual causes: mutual TLS: a service mesh, an internal interface, a database with cert authentication.\n"
     "What to try: `openssl s_client -connect HOST:PORT -cert FILE -key FILE` lists the acceptable authorities too. A "
     "probe without TLS still tells whether the port is open."},
    {Code::client_certificate_rejected, "client_certificate_rejected", auth, stays,
     "The server saw the client certificate and does not accept it.",
     "check that the client certificate is valid and issued by an authority that the server trusts",
     "Usual causes: the certificate has expired, was revoked, or comes from another authority than the server trusts; "
     "it was not issued for clients (extendedKeyUsage clientAuth); its name is not allowed in.\n"
     "What to try: `openssl x509 -noout -dates -issuer -ext extendedKeyUsage -in FILE`; the server's log; `openssl "
     "s_client` shows the authorities the server accepts."},
    {Code::authentication_failed, "authentication_failed", auth, stays,
     "The server demands a login, or does not accept the user and password.",
     "check user and password; try them with the service's own client",
     "Usual causes: a password that was changed or not filled in; a user that may not log in from here; a path of HTTP "
     "that wants a login (401).\n"
     "What to try: the service's own client (redis-cli, curl) from this machine; the server's log. It is not tried "
     "again, because repeated wrong passwords lock users out."},
    {Code::proxy_authentication_failed, "proxy_authentication_failed", auth, stays,
     "The proxy wants a user and password, or does not accept the ones it got.", "check user and password of the proxy",
     "Usual causes: no user and password given; a password that was changed; a proxy that wants NTLM or Kerberos.\n"
     "What to try: `curl -v --proxy http://USER:PASSWORD@PROXY https://TARGET/`."},
    {Code::forbidden, "forbidden", auth, stays, "The server is alive, but does not let us do this.",
     "check that the path is right and that this machine or user may use it",
     "Usual causes: a path that this user may not see (403); an allow-list of addresses or names; an application "
     "firewall.\n"
     "What to try: `curl -v URL`; a health path that is open to probes; 403 in the key `status` of the check."},

    {Code::proxy_denied, "proxy_denied", proxy, heals, "The proxy refuses to connect to the target.",
     "check the proxy's rules: may this client reach this host and port?",
     "Usual causes: the port is not allowed (often only 443 is); the host or this client is not on its list.\n"
     "What to try: `curl -v --proxy PROXY https://TARGET/`; the proxy's access log and rules (squid: acl SSL_ports)."},
    {Code::proxy_unexpected_reply, "proxy_unexpected_reply", proxy, heals,
     "What answered at the proxy's address does not speak the proxy protocol.",
     "check host, port and scheme of the proxy: socks5 and http are different protocols",
     "Usual causes: the scheme is wrong (an HTTP proxy given as socks5, or https for http); another service's port.\n"
     "What to try: `curl -v --proxy http://PROXY https://TARGET/`, `curl -v --proxy socks5://PROXY https://TARGET/`."},

    {Code::unexpected_status, "unexpected_status", check, heals,
     "The server answered with a status that does not count as up.", "look into the server's log for this request",
     "Usual causes: 502, 503, 504: a proxy whose backend is down or overloaded; 500: the application failed; 404: a "
     "wrong path.\n"
     "What to try: `curl -v URL`; the application's log; the state of the backend behind the proxy."},
    {Code::unexpected_reply, "unexpected_reply", check, heals,
     "The server answered, but not with what the check expects.",
     "check that the service behind the port is the one you mean",
     "Usual causes: another service on that port; plain text where TLS is spoken; a new version; a typing error.\n"
     "What to try: `nc HOST PORT` or `curl -v URL` and compare with what is expected."},
    {Code::reply_too_large, "reply_too_large", check, heals,
     "The server's answer is larger than the check is ready to read.",
     "ask for a path or question with a short answer, such as a health page",
     "Usual causes: a check that asks for a whole page, file or stream; another service on that port.\n"
     "What to try: `curl -s URL | wc -c`; a health page of a few bytes."},
    {Code::not_serving, "not_serving", check, heals,
     "The server is there and says itself that it does not serve now: it is starting, stopping or recovering.",
     "wait, and look into the server's log for how far it has come",
     "Usual causes: a database that starts, recovers or shuts down; a replica that catches up; maintenance.\n"
     "What to try: the server's log; more attempts: `--retry exponential --max-attempts 10`."},

    {Code::too_many_open_files, "too_many_open_files", local, heals,
     "This machine or process had no file descriptor left for the connection.",
     "raise the limit (`ulimit -n`) or lower --max-concurrent",
     "Usual causes: a low limit of descriptors in the shell, container or unit; more connections at once than it "
     "allows; other programs that use up the limit of the whole machine.\n"
     "What to try: `ulimit -n`, `ulimit -n 65536`; `cat /proc/sys/fs/file-nr`; LimitNOFILE= in a systemd unit."},
    {Code::no_free_port, "no_free_port", local, heals, "This machine had no free local port for the connection.",
     "lower --max-concurrent, or widen net.ipv4.ip_local_port_range",
     "Usual causes: tens of thousands of connections to one address and port within a minute (each port rests in "
     "TIME_WAIT for 60 seconds); a narrow port range; for an IPv6 address, IPv6 that is switched off.\n"
     "What to try: `ss -s` (timewait), `sysctl net.ipv4.ip_local_port_range`, `sysctl net.ipv4.tcp_tw_reuse`."},
    {Code::address_not_available, "address_not_available", local, heals,
     "This machine cannot use an address of that kind.",
     "check with `ip -br address` that this machine has an address of that family",
     "Usual causes: an IPv6 address on a machine or in a container whose kernel has no IPv6; a source address that "
     "this machine does not have.\n"
     "What to try: `ip -br address`, `sysctl net.ipv6.conf.all.disable_ipv6`; `-4` if IPv4 would do."},
    {Code::out_of_memory, "out_of_memory", local, heals, "This machine had no memory left for the connection.",
     "look at `free -m` and at the memory limit of the container or unit",
     "Usual causes: a container or unit with a small memory limit; socket buffers of very many connections "
     "(net.ipv4.tcp_mem); a machine that is out of memory.\n"
     "What to try: `free -m`, `dmesg | tail`, `cat /proc/net/sockstat`; a smaller --max-concurrent."},
    {Code::permission_denied, "permission_denied", local, stays, "This machine does not permit the connection.",
     "for a unix socket look at `ls -l` of it and its directories; for an address at the local firewall",
     "Usual causes: a unix socket, or a directory on the way to it, that is closed to this user; a rule of the local "
     "firewall that rejects what is sent; SELinux, AppArmor, a sandbox.\n"
     "What to try: `namei -l PATH`, `id`; `nft list ruleset`; `ausearch -m avc -ts recent`; another user."},

    {Code::interrupted, "interrupted", cancelled, heals,
     "The run ended before this server had a verdict: a signal interrupted it, or enough others were up.",
     "run it again and let it finish; nothing is known of this server",
     "Usual causes: Ctrl-C; a job runner, container or init system that ended the program (SIGTERM).\n"
     "What to try: run it again; raise the runner's own time limit, or set --deadline below it."},
    {Code::deadline_exceeded, "deadline_exceeded", cancelled, heals,
     "The deadline of the whole run was over before this server had a verdict.",
     "raise --deadline, or --max-concurrent so that more is done at once",
     "Usual causes: too many servers for the deadline; silent servers that use up their whole time-out; retries.\n"
     "What to try: a longer --deadline; a larger --max-concurrent; a shorter --timeout: silent servers cost less."},
    {Code::fail_fast, "fail_fast", cancelled, heals,
     "The run was ended early, because enough servers could no longer be up.",
     "look at the servers that are down: they decided; leave --fail-fast out to probe all",
     "Usual causes: --fail-fast together with at least one server that is down for good.\n"
     "What to try: repair what is down; without --fail-fast every server gets its verdict."},
});

constexpr bool in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].code) != i) return false;
    }
    return table.size() == static_cast<std::size_t>(Code::fail_fast) + 1;
}
static_assert(in_order(), "one row a code, in the order of the enum");

}  // namespace

std::span<const CodeInfo> all_codes() noexcept { return table; }

const CodeInfo& info(Code code) noexcept { return table[static_cast<std::size_t>(code)]; }

}  // namespace connprobe
