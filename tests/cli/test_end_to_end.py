"""The main job from end to end: a list of servers in, a truthful document out, the right packets in between."""
import json
import resource
import threading

import jsonschema
import pytest

from support import summary, tcp, tls
from support.wire import ACK, FIN, RST, SYN


@pytest.fixture(scope="module")
def schema(root):
    """The published schema of the JSON document."""
    content = json.loads((root / "configs" / "result.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


@pytest.fixture
def many_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 4096:
        pytest.skip("needs 4,096 descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


SILENT_FOR = 1.0  # seconds until an attempt at a silent server is given up


class Crowd:
    """2,000 servers, two thirds up, the others refusing, slow or silent; and what must be found of them."""

    KINDS = ("up", "refusing", "up", "up", "slow", "up", "up", "refusing", "up") * 2 + \
            ("up", "silent", "up", "up", "slow", "up", "up", "refusing", "up")

    def __init__(self, servers, directory):
        authority = tls.Authority()
        ca_file = str(authority.write(directory))
        context = authority.issue("127.0.0.1").server_context()
        make = {"up": servers.add, "refusing": servers.refusing, "silent": servers.silent,
                "slow": lambda: servers.add(tcp.dawdle(0.05, tls.handshake(context)))}
        more = {"slow": {"tls": {"ca_file": ca_file}, "max_latency": "40ms"},
                "silent": {"connect_timeout": f"{SILENT_FOR * 1000:.0f}ms"}}
        self.list, self.ports, self.silent_ports = [], set(), set()
        for number in range(2000):
            kind = self.KINDS[number % len(self.KINDS)]
            port = make[kind]().port
            self.list.append({"name": f"{kind}-{number}", "host": "127.0.0.1", "port": port, **more.get(kind, {})})
            self.ports.add(port)
            if kind == "silent":
                self.silent_ports.add(port)

    @staticmethod
    def expected(name):
        """Status, code and number of attempts."""
        return {"up": ("up", None, 1), "slow": ("degraded", None, 1), "refusing": ("down", "connection_refused", 2),
                "silent": ("down", "connect_timeout", 2)}[name.split("-")[0]]


def most_at_once(packets, ports, silent_ports):
    """How many attempts were in flight at the same time, by what went over the wire: each from its SYN to the client's
    FIN or RST, or to the server's refusal. Giving up on a silent server leaves no trace: a quarter of its limit
    counts, for its attempt may have begun long before its SYN on a busy machine; the kernel's repetition, which comes
    when the attempt ends, does not."""
    peak, in_flight, silent, begun = 0, set(), {}, {}
    for packet in packets:
        if packet.destination_port in ports and packet.flags & (SYN | ACK) == SYN:
            connection = packet.source_port, packet.destination_port
            if packet.destination_port not in silent_ports:
                in_flight.add(connection)
            elif packet.time > begun.get(connection, 0) + 2 * SILENT_FOR:
                begun[connection] = packet.time
                silent[connection] = packet.time + SILENT_FOR / 4
        elif packet.destination_port in ports and packet.flags & (FIN | RST):
            in_flight.discard((packet.source_port, packet.destination_port))
        elif packet.source_port in ports and packet.flags & RST:
            in_flight.discard((packet.destination_port, packet.source_port))
        silent = {key: end for key, end in silent.items() if end > packet.time}
        peak = max(peak, len(in_flight) + len(silent))
    return peak


def test_two_thousand_servers_at_most_fifty_at_once(connprobe, servers, watch, schema, tmp_path, many_descriptors):
    crowd = Crowd(servers, tmp_path)
    (tmp_path / "servers.json").write_text(json.dumps(crowd.list))
    with watch(*crowd.ports) as seen:
        document, done = connprobe.json("--servers", tmp_path / "servers.json", "--max-concurrent", "50",
                                        "--timeout", "2m",  # no machine is too slow for the servers that do answer
                                        "--retry", "exponential", "--retry-delay", "20ms", "--max-attempts", "2",
                                        timeout=300)
    assert done.returncode == 1, done.stderr
    schema.validate(document)
    summary.assert_truthful(document)
    assert [each["name"] for each in document["results"]] == [each["name"] for each in crowd.list]
    for each in document["results"]:
        found = (each["status"], each["error"] and each["error"]["code"], each["attempts"])
        assert found == crowd.expected(each["name"]), each
    assert document["run"]["max_concurrent"] == 50
    assert 1 < document["summary"]["peak_concurrent"] <= 50
    assert 1 < most_at_once(seen.packets, crowd.ports, crowd.silent_ports) <= 50


def test_a_server_that_comes_up_later_is_reached_by_a_retry(connprobe, servers, schema):
    late = servers.refusing()
    run = connprobe.start(late.target, "--retry", "exponential", "--retry-delay", "50ms", "--max-attempts", "12",
                          "-v", "--json")
    assert any("connection_refused" in line for line in run.stderr)
    late.open()
    output, _ = run.communicate(timeout=60)
    document = json.loads(output)
    assert run.returncode == 0
    schema.validate(document)
    summary.assert_truthful(document)
    result = document["results"][0]
    assert result["status"] == "up" and result["attempts"] >= 2
    assert [each["error"] and each["error"]["code"] for each in result["history"]] == \
        ["connection_refused"] * (result["attempts"] - 1) + [None]
    assert servers.wait_until(lambda: late.accepted == 1)


def test_retries_are_on_the_wire_when_the_schedule_says(connprobe, servers, watch):
    refusing = servers.refusing()
    with watch(refusing.port) as seen:
        document, done = connprobe.json(refusing.target, "--retry", "exponential", "--retry-delay", "100ms",
                                        "--retry-jitter", "0", "--max-attempts", "4")
    assert done.returncode == 1
    assert [each["backoff_ms"] for each in document["results"][0]["history"]] == [100, 200, 400, None]
    syns = seen.syns(refusing.port)
    assert len(syns) == 4
    # No machine is too slow to wait long enough; a millisecond is for the clocks.
    for gap, least in zip((later - earlier for earlier, later in zip(syns, syns[1:])), (0.100, 0.200, 0.400)):
        assert gap >= least - 0.001


def test_a_server_that_waits_for_its_next_attempt_holds_no_place(connprobe, servers):
    """With one place, a server in its backoff must let the others through: they open it."""
    refusing, opened = servers.refusing(), threading.Event()

    def open_the_first(connection):
        if not opened.is_set():
            refusing.open()
            opened.set()
        tcp.hold(connection)

    last = servers.add(open_the_first)
    document, done = connprobe.json(refusing.target, last.target, "--max-concurrent", "1", "--retry", "fixed",
                                    "--retry-delay", "100ms", "--max-attempts", "100")
    assert done.returncode == 0, done.stderr
    assert [each["status"] for each in document["results"]] == ["up", "up"]
    assert document["summary"]["peak_concurrent"] == 1


def test_of_very_many_attempts_the_history_keeps_the_first_and_the_last(connprobe, servers):
    up = servers.add(tcp.close_at_once)
    document, done = connprobe.json("wait", servers.refusing().target, up.target, "--consecutive", 400,
                                    "--max-attempts", 400, "--retry-delay", "0")
    assert done.returncode == 1 and document["summary"]["attempts"] == 800
    assert [each["status"] for each in document["results"]] == ["down", "up"]
    for result in document["results"]:
        assert (result["attempts"], result["retries"], result["history_left_out"]) == (400, 399, 100)
        assert [each["attempt"] for each in result["history"]] == [*range(1, 11), *range(111, 401)]
