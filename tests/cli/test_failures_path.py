"""What routers and firewalls on the way answer, and what gets lost there, each with its phase, code and time."""
import json
import shutil
import subprocess

import pytest

from support import delayed_path, tcp, tls, wire
from support.delayed_path import SERVER, DelayedPath, icmp, lose, reset
from support.failures import Expected

pytestmark = pytest.mark.skipif(not delayed_path.MAY_MAKE, reason=delayed_path.WHY_NOT)

RUNS = 10  # of a machine that is busy: there one may be late
SYN_REPEATED_MS = 1000  # by the kernel, and a firewall answers again
V4, V6 = "192.0.2.7", "2001:db8::7"
TARGETS = {V4: f"{V4}:5432", V6: f"[{V6}]:5432"}


@pytest.fixture(scope="module")
def path():
    with DelayedPath(addresses=(V4, V6)) as made:
        for setting in ("ipv4.icmp_ratelimit=0", "ipv4.icmp_msgs_per_sec=9999", "ipv4.icmp_msgs_burst=9999",
                        "ipv6.icmp.ratelimit=0"):
            subprocess.run([*made.server.prefix, "sysctl", "-q", "-e", "-w", f"net.{setting}"], check=True)
        yield made


@pytest.fixture
def serve(path, servers):
    """A server at the other end, of either family."""
    def at(handler=tcp.hold, host=SERVER[0]):
        with path.server.entered():
            return servers.add(handler, host=host)
    return at


def network(code, hint):
    return Expected(code, "network", "connect", "", hint)


REFUSED = network("connection_refused", "^a firewall rejects connections like this")
HOST, NETWORK = network("host_unreachable", "ip route get"), network("network_unreachable", "ip route get")
PROHIBITED, LOOP = network("admin_prohibited", "rule"), network("host_unreachable", "loop.*traceroute")

# RFC 792, 1122 §3.2.2.1, 1812 §5.2.7.1; RFC 4443. Such a message ends a connection that is being made.
ICMP = {(3, 0): NETWORK, (3, 1): HOST, (3, 2): HOST, (3, 3): REFUSED, (3, 5): HOST, (3, 6): NETWORK, (3, 7): HOST,
        (3, 8): HOST, (3, 9): PROHIBITED, (3, 10): PROHIBITED, (3, 11): NETWORK, (3, 12): HOST, (3, 13): PROHIBITED,
        (3, 14): HOST, (3, 15): HOST, (11, 0): LOOP, (12, 0): HOST}
ICMP_V6 = {(1, 0): NETWORK, (1, 1): PROHIBITED, (1, 2): HOST, (1, 3): HOST, (1, 4): REFUSED, (1, 5): PROHIBITED,
           (1, 6): PROHIBITED, (3, 0): LOOP, (4, 0): HOST, (4, 1): HOST}


@pytest.mark.parametrize("address, kind, code, expected",
                         [(V4, *message, expected) for message, expected in ICMP.items()]
                         + [(V6, *message, expected) for message, expected in ICMP_V6.items()])
def test_what_a_router_says_ends_the_attempt_with_its_code(connprobe, path, address, kind, code, expected):
    with path.with_rules(icmp(address, kind, code)):
        result = expected.check(connprobe.inside(path.client)(TARGETS[address], "--timeout", "30s", "--json"))
    name = "ICMPv6" if address == V6 else "ICMP"
    assert result["error"]["message"].endswith(f"({name} {kind}/{code})")
    assert result["elapsed_ms"] < 15_000


# Of a packet that is not the first to get lost in these ways, a router says nothing about the server.
@pytest.mark.parametrize("address, kind, code", [(V4, 3, 4), (V4, 4, 0), (V4, 11, 1), (V6, 2, 0)])
def test_what_says_nothing_about_the_server_ends_nothing(connprobe, path, address, kind, code):
    with path.with_rules(icmp(address, kind, code, rest=1280)):
        done = connprobe.inside(path.client)(TARGETS[address], "--connect-timeout", "150ms", "--json")
    Expected("connect_timeout", "timeout", "connect", r"^no answer from .* within 150 ms \(connect_timeout\)$",
             "firewall").check(done)


@pytest.mark.parametrize("host", SERVER)
def test_a_firewall_that_answers_with_a_reset_refuses(connprobe, path, serve, host):
    server = serve(host=host)
    with path.with_rules(reset(lambda packet: packet.destination_port == server.port)):
        done = connprobe.inside(path.client)(server.target, "--json")
    Expected("connection_refused", "network", "connect", "refused the connection$", "listens on port").check(done)


def test_an_answer_from_another_port_is_none(connprobe, path, serve):
    server = serve()

    def elsewhere(packet, data):
        if packet.destination_port != server.port or not packet.begins:
            return None
        begin = (data[0] & 15) * 4
        other = data[:begin + 2] + (server.port ^ 1).to_bytes(2, "big") + data[begin + 4:]
        return reset(lambda _: True)(packet, other)
    with path.with_rules(elsewhere):
        done = connprobe.inside(path.client)(server.target, "--connect-timeout", "150ms", "--json")
    Expected("connect_timeout", "timeout", "connect", r"^no answer from .* within 150 ms").check(done)


@pytest.fixture(scope="module")
def authority():
    return tls.Authority()


@pytest.fixture
def secured(serve, authority, tmp_path):
    """A TLS server at the other end, and the arguments that probe it."""
    server = serve(tls.handshake(authority.issue(SERVER[0]).server_context()))
    return server, (f"tls://{server.target}", "--cacert", authority.write(tmp_path), "--json")


def test_a_way_on_which_large_packets_vanish_lets_the_handshake_stall(connprobe, path, secured):
    _, arguments = secured
    with path.with_rules(lose(lambda packet: packet.payload > 600)):
        done = connprobe.inside(path.client)(*arguments, "--tls-timeout", "300ms")
    result = Expected("tls_timeout", "timeout", "tls", r"within 300 ms \(tls_timeout\)", "MTU").check(done)
    assert result["elapsed_ms"] >= 300


def test_a_way_that_lets_only_the_handshake_of_tcp_pass(connprobe, path, serve, secured):
    server, arguments = secured
    with path.with_rules(lose(lambda packet: packet.payload > 0)):
        client = connprobe.inside(path.client)
        done = client(*arguments, "--tls-timeout", "150ms")
        Expected("tls_timeout", "timeout", "tls", r"^the server sent nothing within 150 ms").check(done)
        done = client(f"http://{server.target}", "--check-timeout", "150ms", "--json")
        Expected("check_timeout", "timeout", "check", r"within 150 ms").check(done)
        assert client(server.target).returncode == 0


def test_a_reset_amid_the_handshake_of_tls(connprobe, path, secured):
    server, arguments = secured
    with path.with_rules(reset(lambda packet: packet.destination_port == server.port and packet.payload > 0)):
        done = connprobe.inside(path.client)(*arguments)
    Expected("connection_reset", "network", "tls", "^the server reset the connection before it had said").check(done)


def test_a_reset_after_the_servers_hello(connprobe, path, secured):
    server, arguments = secured
    spoken = []

    def second(packet):
        if packet.destination_port == server.port and packet.payload:
            spoken.append(packet)
        return packet.destination_port == server.port and len(spoken) > 1
    with path.with_rules(reset(second)):
        done = connprobe.inside(path.client)(*arguments, "--tls-max", "1.2")
    Expected("connection_reset", "network", "tls", "^the server reset the connection after its certificate").check(done)


def test_the_last_acknowledgement_is_lost_but_the_connection_is_made(connprobe, path, serve):
    server = serve()
    bare = wire.ACK
    with path.with_rules(lose(lambda packet: packet.destination_port == server.port and packet.flags == bare, count=1)):
        document, _ = connprobe.inside(path.client).json(server.target)
    assert document["results"][0]["status"] == "up"


def test_what_is_sent_last_must_arrive(connprobe, path, serve):
    server = serve()
    steps = {"host": SERVER[0], "port": server.port, "check": {"type": "tcp", "steps": [{"send": "probes:1|c"}]}}
    with path.with_rules(lose(lambda packet: packet.destination_port == server.port and packet.payload)):
        done = connprobe.inside(path.client)("-s", "-", "--check-timeout", "150ms", "--json", input=json.dumps([steps]))
    Expected("check_timeout", "timeout", "check", r"did not acknowledge what was sent within 150 ms \(check_timeout\)$",
             "firewall").check(done)


def reject(namespace, chain, rule):
    """The one rule of that namespace's firewall; none takes it away."""
    table = f"table inet test {{ chain c {{ type filter hook {chain} priority 0; {rule}; }}; }}" if rule else ""
    subprocess.run([*namespace.prefix, "nft", "-f", "-"], input="flush ruleset\n" + table, text=True, check=True)


# The words of nft(8).
REJECTIONS = {
    V4: {"tcp reset": None, "icmp type net-unreachable": NETWORK, "icmp type host-unreachable": HOST,
         "icmp type port-unreachable": REFUSED, "icmp type net-prohibited": PROHIBITED,
         "icmp type host-prohibited": PROHIBITED, "icmp type admin-prohibited": PROHIBITED},
    V6: {"tcp reset": None, "icmpv6 type no-route": NETWORK, "icmpv6 type addr-unreachable": HOST,
         "icmpv6 type port-unreachable": REFUSED, "icmpv6 type admin-prohibited": PROHIBITED,
         "icmpv6 type policy-fail": PROHIBITED, "icmpv6 type reject-route": PROHIBITED},
}


@pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft(8)")
@pytest.mark.parametrize("address, answer", [(address, answer) for address, answers in REJECTIONS.items()
                                             for answer in answers])
@pytest.mark.parametrize("whose", ["our own", "the server's"])
def test_a_firewall_that_rejects_is_heard_at_once(connprobe, path, whose, address, answer):
    expected = REJECTIONS[address][answer] or network("connection_refused", "listens on port")
    ours = whose == "our own"
    namespace, chain = (path.client, "output") if ours else (path.server, "input")
    reject(namespace, chain, f"tcp dport 5432 reject with {answer}")
    try:
        for _ in range(RUNS):
            result = expected.check(connprobe.inside(path.client)(TARGETS[address], "--connect-timeout", "30s", "--json"))
            if result["elapsed_ms"] < SYN_REPEATED_MS:
                return
    finally:
        reject(namespace, chain, None)
    raise AssertionError(f"it took {result['elapsed_ms']} ms")


@pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft(8)")
@pytest.mark.parametrize("address", REJECTIONS)
@pytest.mark.parametrize("whose, chain", [("client", "output"), ("client", "input"), ("server", "input")])
def test_a_firewall_that_drops_is_silence(connprobe, path, whose, chain, address):
    namespace = getattr(path, whose)
    reject(namespace, chain, "meta l4proto tcp drop")
    try:
        done = connprobe.inside(path.client)(TARGETS[address], "--connect-timeout", "150ms", "--json")
    finally:
        reject(namespace, chain, None)
    Expected("connect_timeout", "timeout", "connect", "^no answer from .* within 150 ms", "firewall").check(done)


@pytest.mark.parametrize("host, message", [(SERVER[0], (3, 1)), (SERVER[0], (11, 0)), (SERVER[1], (1, 3))])
def test_what_a_router_says_of_a_connection_that_is_made_ends_nothing(connprobe, path, serve, authority, tmp_path, host,
                                                                      message):
    """RFC 1122 §4.2.3.9: it may be about one packet. That is sent again, and gets through."""
    server = serve(tls.handshake(authority.issue(host).server_context()), host=host)
    answer, passed = icmp(host, *message), []

    def once(packet, data):
        if packet.destination_port != server.port or not packet.payload or passed:
            return None
        passed.append(packet)
        return answer(packet, data)
    with path.with_rules(once):
        document, _ = connprobe.inside(path.client).json(f"tls://{server.target}", "--cacert", authority.write(tmp_path))
    assert passed
    assert document["results"][0]["status"] == "up", document["results"][0]["error"]


PROTOCOLS = {"http": tcp.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "redis": tcp.answer(b"+PONG\r\n")}


@pytest.mark.skipif(shutil.which("nft") is None, reason="needs nft(8)")
@pytest.mark.parametrize("answer", ["host-unreachable", "port-unreachable", "admin-prohibited"])
@pytest.mark.parametrize("scheme", [*PROTOCOLS, "tls"])
def test_what_is_said_of_the_last_packet_of_the_handshake_ends_nothing(connprobe, path, serve, authority, tmp_path,
                                                                       scheme, answer):
    """It is said before we know that the connection is made. The server hears of it with the packet after."""
    secured = tls.handshake(authority.issue(SERVER[0]).server_context())
    server = serve(PROTOCOLS.get(scheme, secured))
    reject(path.client, "output", "tcp dport > 1 tcp flags & (syn|rst|fin|psh) == 0 limit rate 1/hour burst 1 packets "
           f"reject with icmp type {answer}")
    try:
        document, _ = connprobe.inside(path.client).json(f"{scheme}://{server.target}", "--cacert",
                                                         authority.write(tmp_path))
    finally:
        reject(path.client, "output", None)
    assert document["results"][0]["status"] == "up", document["results"][0]["error"]


def test_all_that_routers_say_in_one_run(connprobe, path, serve):
    """The verdicts are those of one at a time, and servers that are up stay up among them."""
    fates = [(f"192.0.2.{number}", *fate) for number, fate in enumerate(ICMP.items(), start=100)]
    fates += [(f"2001:db8::{number}", *fate) for number, fate in enumerate(ICMP_V6.items(), start=100)]
    up = [serve(host=host).target for host in SERVER]
    targets = [f"[{address}]:80" if ":" in address else f"{address}:80" for address, *_ in fates]
    with path.with_rules(*(icmp(address, *message) for address, message, _ in fates)):
        document, _ = connprobe.inside(path.client).json(*up, *targets, "--timeout", "30s")
    assert [result["status"] for result in document["results"][:2]] == ["up", "up"]
    found = [result["error"]["code"] for result in document["results"][2:]]
    assert found == [expected.code for _, _, expected in fates]
