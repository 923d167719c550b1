"""What routes, routers and the kernel say about a connection, each with its code; in namespaces, as root."""
import contextlib
import shutil
import socket
import subprocess

import pytest

from support import namespace as namespaces
from support.failures import Expected

pytestmark = pytest.mark.skipif(not namespaces.MAY_MAKE, reason="needs root and ip(8)")

V4, V6 = "192.0.2.7", "2001:db8::7"
TARGETS = {V4: f"{V4}:5432", V6: f"[{V6}]:5432"}


def ip(namespace, *arguments):
    subprocess.run(["ip", "-n", namespace.name, *arguments], check=True)


def sysctl(namespace, setting):
    subprocess.run([*namespace.prefix, "sysctl", "-q", "-w", setting], check=True)


def network(code, message, hint=r"\w"):
    return Expected(code, "network", "connect", message, hint)


UNREACHABLE = network("host_unreachable", r"^the host of .*:5432 is unreachable \(", "ip route get")
PROHIBITED = network("admin_prohibited", r"^a router or firewall forbids the connection to .*:5432 \(", "rule")
NO_ROUTE = network("network_unreachable", r"^no route to .*:5432 \(E", "ip route get")


@pytest.mark.parametrize("address", TARGETS)
@pytest.mark.parametrize("route, expected", [("unreachable", UNREACHABLE), ("prohibit", PROHIBITED),
                                             ("blackhole", NO_ROUTE), ("throw", NO_ROUTE), (None, NO_ROUTE)])
def test_a_route_of_this_machine_that_leads_nowhere(connprobe, namespace, address, route, expected):
    if route:
        ip(namespace, "route", "add", route, address)
    expected.check(connprobe.inside(namespace)(TARGETS[address], "--json"))


@pytest.fixture(scope="module")
def routed():
    """Two namespaces, the second a router of the first: it has no way, forbids, or swallows."""
    with namespaces.Namespace() as client, namespaces.Namespace() as router:
        ip(client, "link", "add", "uplink", "type", "veth", "peer", "name", "client", "netns", router.name)
        for member, device, number in ((client, "uplink", 1), (router, "client", 2)):
            ip(member, "address", "add", f"198.51.100.{number}/24", "dev", device)
            ip(member, "address", "add", f"2001:db8:1::{number}/64", "dev", device, "nodad")
            ip(member, "link", "set", device, "up")
        for setting in ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.icmp_ratelimit=0",
                        "net.ipv6.icmp.ratelimit=0"):
            sysctl(router, setting)
        ip(client, "route", "add", "default", "via", "198.51.100.2")
        ip(client, "route", "add", "default", "via", "2001:db8:1::2")
        # A new link carries nothing for up to a second, longer than the tests' limits.
        for address in ("198.51.100.2", "2001:db8:1::2"):
            with client.entered(), pytest.raises(ConnectionRefusedError):
                socket.create_connection((address, 5432), timeout=30)
        yield client, router


SILENCE = Expected("connect_timeout", "timeout", "connect", r"^no answer from .* within 150 ms", "firewall")


@pytest.mark.parametrize("address, route, expected", [
    (V4, "unreachable", network("host_unreachable", r"\(ICMP 3/1\)$", "ip route get")),
    (V4, "prohibit", network("admin_prohibited", r"\(ICMP 3/13\)$", "rule")),
    (V4, "blackhole", SILENCE),
    (V6, "unreachable", network("network_unreachable", r"\(ICMPv6 1/0\)$", "ip route get")),
    (V6, "prohibit", network("admin_prohibited", r"\(ICMPv6 1/1\)$", "rule")),
    (V6, "blackhole", SILENCE),
])
def test_what_a_router_says_is_told_apart(connprobe, routed, address, route, expected):
    client, router = routed
    ip(router, "route", "add", route, address)
    try:
        expected.check(connprobe.inside(client)(TARGETS[address], "--connect-timeout", "150ms", "--json"))
    finally:
        ip(router, "route", "del", route, address)


def test_a_machine_without_a_free_port_judges_nobody(connprobe, namespace):
    with contextlib.ExitStack() as held:
        with namespace.entered():
            listening = held.enter_context(socket.create_server(("127.0.0.1", 0)))
            port = listening.getsockname()[1]
            sysctl(namespace, "net.ipv4.ip_local_port_range=50000 50001")
            for _ in range(2):
                held.enter_context(socket.create_connection(("127.0.0.1", port)))
        done = connprobe.inside(namespace)(f"127.0.0.1:{port}", "--json")
        expected = Expected("no_free_port", "local", "connect", r"EADDRNOTAVAIL", "ip_local_port_range")
        expected.check(done, status="unknown", exit_status=4)


def test_a_machine_without_ipv6_is_not_told_to_free_ports(connprobe, namespace):
    sysctl(namespace, "net.ipv6.conf.all.disable_ipv6=1")
    done = connprobe.inside(namespace)("[::1]:5432", "--json")
    expected = Expected("no_free_port", "local", "connect", r"EADDRNOTAVAIL", "IPv6")
    expected.check(done, status="unknown", exit_status=4)


@pytest.mark.parametrize("target", ["127.0.0.1:50000", "[::1]:50000"])
def test_a_probe_does_not_meet_itself(connprobe, namespace, target):
    """Nobody listens, but the kernel gives the probe that very port: TCP connects it to itself."""
    sysctl(namespace, "net.ipv4.ip_local_port_range=50000 50000")
    refused = network("connection_refused", "refused the connection$", "listens on port 50000")
    refused.check(connprobe.inside(namespace)(target, "--json"))
    with namespace.entered(), socket.socket(socket.AF_INET6 if "[" in target else socket.AF_INET) as listening:
        listening.bind(("::1" if "[" in target else "127.0.0.1", 50000))  # nor does it keep the port from its server


@pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft(8)")
@pytest.mark.parametrize("arguments, phase, failure_class", [
    *(((f"{scheme}://127.0.0.1:5432",), "check", "network") for scheme in ("http", "redis", "postgres")),
    *(((f"{scheme}://127.0.0.1:5432",), "tls", "network") for scheme in ("tls", "https", "rediss")),
    *((("db:1", "--proxy", f"{scheme}://127.0.0.1:5432"), "proxy", "proxy") for scheme in ("http", "https", "socks5h")),
    *((("127.0.0.1:5432", "--starttls", protocol), "tls", "network") for protocol in ("ldap", "smtp"))])
def test_a_reset_that_comes_before_we_look_is_still_one(connprobe, servers, namespace, arguments, phase, failure_class):
    """The kernel tells of it once, and whoever looks whether the connection is made is told."""
    with namespace.entered():
        servers.add(port=5432)
    last_packet = "tcp dport 5432 tcp flags & (syn|rst) == 0"
    table = f"table inet test {{ chain c {{ type filter hook input priority 0; {last_packet} reject with tcp reset; }}; }}"
    subprocess.run([*namespace.prefix, "nft", "-f", "-"], input=table, text=True, check=True)
    done = connprobe.inside(namespace)(*arguments, "--json")
    Expected("connection_reset", failure_class, phase, " reset the connection before ").check(done)
