"""The times that are told are those of the packets, at round trips of 20 and 200 ms.

What was told is compared with what the kernel saw pass, never with a wish. A machine that is busy may look at an answer
late: such a run proves nothing and is repeated.
"""
import itertools
import re
import ssl

import pytest

from support import dns, tcp, tls
from support.delayed_path import SERVER, icmp, lose

NEAR_MS = 5
RUNS = 20
NAME = "db.example"
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def probe(connprobe, slow_path):
    """Probes through the path, names by a DNS server behind it, and returns the result and the packets."""
    with slow_path.server.entered():
        names = dns.Server({NAME: dns.address(SERVER[0])}, address=SERVER[0])

    def run(*arguments):
        with slow_path.watch() as seen:
            document, _ = connprobe.inside(slow_path.client).json("--resolver", names.resolver, *arguments)
        result, = document["results"]
        return result, seen, names.port
    with names:
        yield run


def serve(servers, slow_path, handler):
    with slow_path.server.entered():
        return servers.add(handler, host=SERVER[0])


def turns(packets, port):
    """Who spoke when: lists of packets with data, of the client, of the server, of the client …"""
    spoken = [packet for packet in packets if packet.payload]
    return [list(turn) for _, turn in itertools.groupby(spoken, lambda packet: packet.destination_port == port)]


def connection_of(seen, port):
    """The packets of the one that was begun meanwhile; of an earlier one the end may come late."""
    own = next(packet.source_port for packet in seen.to(port) if packet.begins)
    return [packet for packet in seen.of(port) if own in (packet.source_port, packet.destination_port)]


def ms(begin, end):
    return (end.time - begin.time) * 1000


def seen_phases(seen, names_port, port, turn_of_tls=None, check=False):
    """What the packets say of each phase; the server's last word in the handshake is in that turn."""
    questions, connection = seen.of(names_port), connection_of(seen, port)
    phases = {}
    if questions:
        phases["resolve"] = ms(questions[0], questions[-1])
    phases["connect"] = ms(connection[0], next(packet for packet in connection if packet.accepts))
    spoken = turns(connection, port)
    if turn_of_tls:
        phases["tls"] = ms(spoken[0][0], spoken[turn_of_tls][-1])
        spoken = spoken[turn_of_tls + 1:]
    if check:
        # With TLS 1.3, the end of the handshake goes before the request.
        phases["check"] = ms(spoken[0][-1], spoken[1][-1])
    return phases


def differences(told, seen):
    return {key: (told[key], seen[key]) for key in seen if abs(told[key] - seen[key]) > NEAR_MS}


def assert_near(run, slow_path, phases_of):
    """In one run of several, every figure is what the packets say; in each, the figures add up."""
    for _ in range(RUNS):
        told, seen = run()
        told = {phase: figure for phase, figure in told.items() if figure is not None}
        total = told.pop("total")
        assert total == pytest.approx(sum(told.values()), abs=0.005)
        expected = phases_of(seen)
        assert told.keys() == expected.keys()
        assert all(figure >= slow_path.round_trip_ms for figure in expected.values()), "the path is not slow"
        wrong = differences({**told, "total": total}, {**expected, "total": sum(expected.values())})
        if not wrong:
            return
    raise AssertionError(f"(told, seen): {wrong}")


@pytest.mark.parametrize("host", [NAME + ".", SERVER[0]])
def test_resolve_and_connect_are_what_the_packets_say(probe, servers, slow_path, host):
    server = serve(servers, slow_path, tcp.hold)

    def run():
        result, seen, names = probe(f"{host}:{server.port}")
        return result["latency_ms"], (seen, names)
    assert_near(run, slow_path, lambda seen: seen_phases(*seen, server.port))


@pytest.mark.parametrize("version, turn", [("TLSv1_2", 3), ("TLSv1_3", 1)])
@pytest.mark.parametrize("scheme", ["tls", "https"])
def test_tls_and_the_check_are_what_the_packets_say(probe, servers, slow_path, tmp_path, scheme, version, turn):
    authority = tls.Authority()
    context = authority.issue(NAME).server_context(maximum_version=ssl.TLSVersion[version])
    server = serve(servers, slow_path, tls.handshake(context, tcp.answer(REPLY)))
    ca_file = authority.write(tmp_path)

    def run():
        result, seen, names = probe(f"{scheme}://{NAME}.:{server.port}", "--cacert", ca_file)
        assert result["error"] is None
        return result["latency_ms"], (seen, names)
    assert_near(run, slow_path, lambda seen: seen_phases(*seen, server.port, turn, check=scheme == "https"))


def test_a_check_without_tls_is_what_the_packets_say(probe, servers, slow_path):
    server = serve(servers, slow_path, tcp.answer(REPLY))

    def run():
        result, seen, names = probe(f"http://{SERVER[0]}:{server.port}")
        return result["latency_ms"], (seen, names)
    assert_near(run, slow_path, lambda seen: seen_phases(*seen, server.port, check=True))


DEAD = "198.51.100.3"
FATES = {
    "silent": (lose(lambda packet: packet.destination == DEAD), None, f"{DEAD} had not answered"),
    "unreachable": (icmp(DEAD, 3, 1), "host_unreachable", f"{DEAD} failed (host_unreachable)"),
}


@pytest.mark.parametrize("fate", FATES)
def test_time_lost_on_a_dead_address_is_told_apart(connprobe, slow_path, servers, fate):
    rule, code, words = FATES[fate]
    server = serve(servers, slow_path, tcp.hold)
    with slow_path.server.entered():
        names = dns.Server({NAME: dns.address(DEAD, SERVER[0])}, address=SERVER[0])
    arguments = (f"{NAME}.:{server.port}", "--resolver", names.resolver)
    with names, slow_path.with_rules(rule):
        for _ in range(RUNS):
            with slow_path.watch(server.port) as seen:
                document, _ = connprobe.inside(slow_path.client).json(*arguments)
            result, = document["results"]
            warning, = result["warnings"]
            dead, alive = result["addresses"]
            assert (warning["code"], dead["address"], dead["connect_ms"]) == ("fallback_address", DEAD, None)
            assert (dead["error"] and dead["error"]["code"]) == code and dead["tried"] and alive["tried"]
            assert warning["message"].endswith(f" of the connect time passed before {server.target} was tried: {words}")
            first = next(packet for packet in seen.packets if packet.begins and packet.destination == DEAD)
            then = next(packet for packet in seen.packets if packet.begins and packet.destination == SERVER[0])
            answer = next(packet for packet in seen.packets if packet.accepts)
            told = {"connect": result["latency_ms"]["connect"], "of the one that answered": alive["connect_ms"],
                    "lost": result["latency_ms"]["connect"] - alive["connect_ms"]}
            packets = {"connect": ms(first, answer), "of the one that answered": ms(then, answer),
                       "lost": ms(first, then)}
            wrong = differences(told, packets)
            if not wrong:
                break
        assert not wrong
        table = connprobe.inside(slow_path.client)(*arguments, "--color", "never").stdout
    assert re.search(r"fallback_address cost \d+(\.\d)? ms", table), table


def test_a_lost_syn_is_told_and_its_time_is_in_the_figures(probe, servers, slow_path):
    server = serve(servers, slow_path, tcp.hold)

    def run():
        with slow_path.with_rules(lose(lambda packet: packet.begins, count=1)):
            result, seen, names = probe(server.target)
        assert [warning["code"] for warning in result["warnings"]] == ["syn_retransmitted"]
        return result["latency_ms"], (seen, names)
    assert_near(run, slow_path, lambda seen: seen_phases(*seen, server.port))
