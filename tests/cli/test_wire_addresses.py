"""Which addresses are asked and tried, in which order, when, and that no other ever is, by what the kernel saw pass."""
import json

import pytest

from support import delayed_path, dns, tcp, wire
from support.delayed_path import SERVER, DelayedPath, delay

pytestmark = pytest.mark.skipif(not delayed_path.MAY_MAKE, reason=delayed_path.WHY_NOT)

NAME = "db.example"
RUNS = 10  # of a machine that is busy: what comes late there proves nothing
LATE = 0.02
DEAD = [f"198.51.100.{number}" for number in (11, 12, 13)]
DEAD_V6 = [f"2001:db8:1::{number}" for number in (11, 12)]
REFUSING = ["198.51.100.21", "198.51.100.22"]


@pytest.fixture(scope="module")
def path():
    with DelayedPath(addresses=REFUSING) as made:
        yield made


@pytest.fixture
def serve(path, servers):
    def at(handler=tcp.hold, host=SERVER[0], port=0):
        with path.server.entered():
            return servers.add(handler, host=host, port=port)
    return at


@pytest.fixture
def ask(path, connprobe):
    """Probes the name and returns the result, what was seen, and the port of the DNS server."""
    def run(fates, *arguments, **options):
        with path.server.entered():
            names = dns.Server(fates if isinstance(fates, dict) else {NAME: fates}, address=SERVER[0])
        with names, path.watch() as seen:
            document, _ = connprobe.inside(path.client).json("--resolver", names.resolver, *arguments, **options)
            port = names.port
        return document["results"], seen, port
    return run


def starts(seen, port):
    """The first SYN to each address, in order."""
    first = {}
    for packet in seen.to(port):
        if packet.begins:
            first.setdefault(packet.destination, packet)
    return list(first.values())


def in_one_of_many(run, is_right):
    """What holds of the program, but not of every machine at every moment."""
    found = []
    for _ in range(RUNS):
        found.append(run())
        if is_right(found[-1]):
            return
    raise AssertionError(found)


def gaps(packets):
    return [after.time - before.time for before, after in zip(packets, packets[1:])]


def test_families_take_turns_250_ms_apart_and_ipv6_begins(ask, serve):
    port = serve().port
    fate = dns.address(*DEAD_V6, *DEAD[:2], SERVER[0])

    def run():
        _, seen, _ = ask(fate, f"{NAME}.:{port}")
        tried = starts(seen, port)
        assert [packet.destination for packet in tried] == [DEAD_V6[0], DEAD[0], DEAD_V6[1], DEAD[1], SERVER[0]]
        return gaps(tried)
    in_one_of_many(run, lambda found: all(0.249 <= gap < 0.25 + LATE for gap in found))


def test_after_a_refusal_the_next_is_tried_at_once(ask, serve):
    port = serve().port

    def run():
        results, seen, _ = ask(dns.address(*REFUSING, SERVER[0]), f"{NAME}.:{port}")
        tried = starts(seen, port)
        assert [packet.destination for packet in tried] == [*REFUSING, SERVER[0]]
        refusals = [packet for packet in seen.of(port) if packet.flags & wire.RST and packet.source in REFUSING]
        assert [fate["error"] and fate["error"]["code"] for fate in results[0]["addresses"]] == \
            ["connection_refused", "connection_refused", None]
        return [packet.time - refusal.time for refusal, packet in zip(refusals, tried[1:])]
    in_one_of_many(run, lambda found: all(0 < late < LATE for late in found))


@pytest.mark.parametrize("host, answered, silent", [(SERVER[0], "A", "AAAA"), (SERVER[1], "AAAA", "A")])
def test_the_family_that_never_answers_is_waited_for_50_ms(ask, serve, host, answered, silent):
    port = serve(host=host).port
    fates = {(NAME, answered): dns.address(host), (NAME, silent): dns.SILENT}

    def run():
        results, seen, names = ask(fates, f"{NAME}.:{port}")
        assert results[0]["status"] == "up"
        answer, = [packet for packet in seen.of(names) if packet.source_port == names]
        begun, = starts(seen, port)
        assert begun.time - answer.time >= 0.049
        return begun.time - answer.time
    in_one_of_many(run, lambda waited: waited < 0.05 + LATE)


def test_the_losers_of_the_race_are_let_go(ask, path, serve, servers):
    slow = serve(host=REFUSING[0])
    fast = serve(port=slow.port)
    late = delay(lambda packet: packet.source == REFUSING[0] and packet.accepts, 0.3)
    with path.with_rules(late):
        results, seen, _ = ask(dns.address(REFUSING[0], SERVER[0]), f"{NAME}.:{slow.port}")
    assert results[0]["address"] == SERVER[0]
    assert [packet.destination for packet in starts(seen, slow.port)] == [REFUSING[0], SERVER[0]]
    assert servers.wait_until(lambda: fast.accepted == 1 and not servers.open)
    slow.close()
    fast.close()


def test_a_name_is_asked_for_once_however_many_want_it(ask, serve):
    ports = [serve().port for _ in range(4)]
    results, seen, names = ask(dns.address(SERVER[0]), *(f"{NAME}.:{port}" for port in ports))
    assert [result["status"] for result in results] == ["up"] * 4
    assert len({result["latency_ms"]["resolve"] for result in results}) == 1
    assert len(seen.to(names)) == 2  # A and AAAA


@pytest.mark.parametrize("option, asked", [("-4", [1]), ("-6", [28])])
def test_only_the_wanted_family_is_asked_for(ask, serve, option, asked):
    server = serve(host=SERVER[0] if option == "-4" else SERVER[1])
    results, seen, names = ask(dns.address(*SERVER), f"{NAME}.:{server.port}", option)
    assert results[0]["status"] == "up"
    assert [int.from_bytes(packet.data[-4:-2], "big") for packet in seen.to(names)] == asked


def test_nothing_goes_anywhere_but_to_what_was_asked_for(ask, serve):
    server, other = serve(), serve(host=SERVER[1])
    results, seen, names = ask(dns.address(SERVER[0], DEAD[0]), f"{NAME}.:{server.port}", other.target)
    assert [result["status"] for result in results] == ["up", "up"]
    sent = {(packet.destination, packet.destination_port) for packet in seen.packets
            if packet.source in delayed_path.CLIENT}
    assert sent == {(SERVER[0], names), (SERVER[0], server.port), (SERVER[1], other.port)}


def test_nobody_is_asked_for_what_is_known(ask, path, serve):
    port = serve().port
    path.client.write("hosts", f"{SERVER[0]} listed.example\n")
    elsewhere = json.dumps([{"host": NAME, "port": port, "address": SERVER[0]}])
    for known, listed in ((f"{SERVER[0]}:{port}", None), (f"listed.example:{port}", None), ("--servers=-", elsewhere)):
        results, seen, names = ask({}, known, input=listed)
        assert results[0]["status"] == "up", results
        assert not seen.of(names)
