"""--source, --interface and --address-delay: where connections leave from, and how addresses follow each other."""
import pytest

from support import dns
from support.failures import Expected
from support.namespace import MAY_MAKE, Namespace

needs_namespace = pytest.mark.skipif(not MAY_MAKE, reason="needs root and ip(8)")


def local(code, message, hint):
    return Expected(code, "local", "connect", message, hint)


def seen_from(servers, host="127.0.0.1"):
    """A server that notes where its connections come from."""
    peers = []

    def note(connection):
        peers.append(connection.getpeername()[0])
    return servers.add(note, host=host), peers


@pytest.mark.parametrize("host, source", [("127.0.0.1", "127.0.0.9"), ("::1", "::1")])
def test_connections_come_from_the_source(connprobe, servers, host, source):
    server, peers = seen_from(servers, host)
    assert connprobe(server.target, "--source", source).returncode == 0
    servers.wait_until(lambda: peers)
    assert peers == [source]


def test_the_source_of_a_server_is_stronger_than_the_option(connprobe, servers, tmp_path):
    server, peers = seen_from(servers)
    listed = tmp_path / "servers.yaml"
    listed.write_text(f"- {{host: 127.0.0.1, port: {server.port}, source: 127.0.0.8}}\n")
    assert connprobe("-s", listed, "--source", "127.0.0.9").returncode == 0
    servers.wait_until(lambda: peers)
    assert peers == ["127.0.0.8"]


def test_many_connections_may_come_from_one_source(connprobe, servers):
    server, peers = seen_from(servers)
    targets = [f"127.0.0.{n}:{servers.add(host=f'127.0.0.{n}').port}" for n in range(2, 30)]
    assert connprobe(server.target, *targets, "--source", "127.0.0.9", "-q").returncode == 0


@needs_namespace
@pytest.mark.parametrize("source, target", [("192.0.2.77", "127.0.0.1:9"), ("2001:db8::77", "[::1]:9")])
def test_a_source_that_this_machine_does_not_have_is_told(connprobe, source, target):
    with Namespace() as namespace:
        done = connprobe.inside(namespace)(target, "--source", source, "--json")
    message = f"^this machine does not have the source address {source} \\(EADDRNOTAVAIL\\)$"
    local("address_not_available", message, "ip -br address").check(done, status="unknown", exit_status=4)


@pytest.mark.parametrize("source, target, family", [("127.0.0.1", "[::1]:9", "IPv4"), ("::1", "127.0.0.1:9", "IPv6")])
def test_a_literal_of_the_other_family_than_the_source_is_told(connprobe, source, target, family):
    done = connprobe(target, "--source", source, "--json")
    host = target[:-2].strip("[]")
    Expected("no_address", "dns", "resolve",
             rf"^{host} is no {family} address, and only those are wanted \(source {source}\)$",
             "--interface").check(done)


def test_of_a_name_only_addresses_of_the_sources_family_are_used(connprobe, servers):
    port = servers.add().port
    with dns.Server({"both.test": dns.address("::1", "127.0.0.1")}) as server:
        document, done = connprobe.json(f"both.test:{port}", "--source", "127.0.0.1", "--resolver", server.resolver)
        assert not server.questions["both.test", "AAAA"]
    assert done.returncode == 0
    assert [one["address"] for one in document["results"][0]["addresses"]] == ["127.0.0.1"]


def test_a_family_that_the_source_is_not_of_leaves_nothing(connprobe):
    done = connprobe("127.0.0.1:9", "-6", "--source", "127.0.0.1")
    assert done.returncode == 2
    assert ("the source 127.0.0.1 is no IPv6 address, and only those are wanted (family): no address is left"
            in done.stderr)


@pytest.mark.parametrize("option, value, expected", [
    ("--source", "eth0", "expected an IPv4 or IPv6 address"),
    ("--source", "localhost", "expected an IPv4 or IPv6 address"),
    ("--interface", "..", "expected the name of a network interface, such as eth0"),
    ("--interface", "a/b", "expected the name of a network interface, such as eth0"),
    ("--interface", "longer-than-fifteen", "expected the name of a network interface, such as eth0"),
])
def test_what_can_be_no_source_or_interface_is_refused_as_input(connprobe, option, value, expected):
    done = connprobe("127.0.0.1:9", option, value)
    assert done.returncode == 2
    assert f"{option}: {expected}" in done.stderr


def test_connections_go_through_the_interface(connprobe, servers):
    assert connprobe(servers.add().target, "--interface", "lo").returncode == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_an_interface_that_is_not_there_is_told(connprobe, host):
    done = connprobe(f"{host}:9", "--interface", "nope0", "--json")
    local("address_not_available", r"^this machine has no interface nope0 \(ENODEV\)$", "ip -br link").check(
        done, status="unknown", exit_status=4)


def test_a_unix_socket_needs_neither_source_nor_interface(connprobe, servers, tmp_path):
    server = servers.unix(tmp_path / "socket")
    assert connprobe(server.target, "--source", "192.0.2.77", "--interface", "nope0").returncode == 0


@needs_namespace
def test_the_interface_decides_where_two_would_do(connprobe):
    with Namespace() as namespace:
        namespace._ip("-n", namespace.name, "link", "add", "d0", "type", "veth", "peer", "name", "d1")
        namespace._ip("-n", namespace.name, "address", "add", "192.0.2.1/24", "dev", "d0")
        namespace._ip("-n", namespace.name, "link", "set", "d0", "up")
        namespace._ip("-n", namespace.name, "link", "set", "d1", "up")
        # Nothing of loopback is reached through another interface.
        done = connprobe.inside(namespace)("127.0.0.1:9", "--interface", "d0", "--timeout", "300ms", "--json")
        assert '"connection_refused"' not in done.stdout
        done = connprobe.inside(namespace)("127.0.0.1:9", "--interface", "lo", "--json")
        assert '"connection_refused"' in done.stdout


def starts(connprobe, servers, *options):
    """Which of two addresses, of which the first is silent, a name is connected to, and after how many milliseconds."""
    port = servers.add(host="127.0.0.1").port
    servers.silent(host="127.0.0.2", port=port)
    with dns.Server({"two.test": dns.address("127.0.0.2", "127.0.0.1")}) as server:
        document, done = connprobe.json(f"two.test:{port}", "--resolver", server.resolver, *options)
    result, = document["results"]
    assert (done.returncode, result["address"]) == (0, "127.0.0.1")
    return result["latency_ms"]["connect"]


def test_the_next_address_is_tried_when_the_delay_is_over(connprobe, servers):
    assert starts(connprobe, servers) >= 250


def test_the_delay_can_be_said(connprobe, servers):
    assert starts(connprobe, servers, "--address-delay", "600ms") >= 600


def test_without_a_delay_all_are_tried_at_once(connprobe, servers):
    assert min(starts(connprobe, servers, "--address-delay", "0") for _ in range(5)) < 250  # the machine may be busy
