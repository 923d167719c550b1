"""srv://_service._tcp.name: each server of the SRV record is a server in the results (RFC 2782)."""
import json
import struct
import threading

import pytest
from dnslib import QTYPE, RD, RR, SRV

from support import dns
from support.failures import Expected

NAME = "_app._tcp.corp.test"
TARGET = f"srv://{NAME}"


def record(*servers, **more):
    """Each server as (priority, weight, port, host)."""
    return dns.Fate(srv=servers, **more)


def names(document):
    return [result["name"] for result in document["results"]]


def test_each_server_of_a_record_is_a_server_by_priority_and_weight(connprobe, servers):
    ports = [servers.add().port for _ in range(3)]
    fates = {NAME: record((20, 0, ports[0], "c.test"), (10, 1, ports[1], "b.test"), (10, 9, ports[2], "a.test")),
             **{f"{host}.test": dns.address("127.0.0.1") for host in "abc"}}
    with dns.Server(fates) as server:
        document, done = connprobe.json(TARGET, "--resolver", server.resolver)
        assert server.questions[NAME, "SRV"] == 1
    assert done.returncode == 0
    assert names(document) == [f"a.test:{ports[2]}", f"b.test:{ports[1]}", f"c.test:{ports[0]}"]
    first = document["results"][0]
    assert (first["host"], first["port"], first["target"]) == ("a.test", ports[2], f"a.test:{ports[2]}")
    assert document["summary"]["servers"] == 3


def test_one_dead_server_of_a_record_is_down_and_the_others_are_not(connprobe, servers):
    up, dead = servers.add().port, servers.refusing().port
    fates = {NAME: record((1, 0, up, "a.test"), (2, 0, dead, "a.test"), (3, 0, up, "gone.test")),
             "a.test": dns.address("127.0.0.1")}
    with dns.Server(fates) as server:
        document, done = connprobe.json(TARGET, "--resolver", server.resolver)
    assert done.returncode == 1
    found = {result["name"]: result["error"] and result["error"]["code"] for result in document["results"]}
    assert found == {f"a.test:{up}": None, f"a.test:{dead}": "connection_refused", f"gone.test:{up}": "host_not_found"}


@pytest.mark.parametrize("bad, message", [
    ((2, 0, 0, "b.test"), "names b.test with port 0"),
    ((0, 0, 80, "a b.test"), 'names no host: the name "a b.test" holds a space at character 2'),
])
def test_a_bad_server_of_a_record_does_not_spoil_the_good_ones(connprobe, servers, bad, message):
    port = servers.add().port
    fates = {NAME: record((1, 0, port, "a.test"), bad), "a.test": dns.address("127.0.0.1")}
    with dns.Server(fates) as server:
        document, done = connprobe.json(TARGET, "--resolver", server.resolver)
    assert done.returncode == 1
    good, wrong = sorted(document["results"], key=lambda result: result["status"], reverse=True)
    assert (good["name"], good["status"]) == (f"a.test:{port}", "up")
    assert (wrong["name"], wrong["error"]["code"]) == (TARGET, "dns_bad_reply")
    assert message in wrong["error"]["message"]


def test_an_alias_of_a_record_is_followed(connprobe, servers):
    port = servers.add().port
    fates = {NAME: record((1, 0, port, "a.test"), cname="_real._tcp.corp.test"), "a.test": dns.address("127.0.0.1")}
    with dns.Server(fates) as server:
        document, done = connprobe.json(TARGET, "--resolver", server.resolver)
    assert (done.returncode, names(document)) == (0, [f"a.test:{port}"])


def test_a_record_with_a_name_gives_its_servers_names_of_their_own(connprobe, servers, tmp_path):
    port = servers.add().port
    listed = tmp_path / "servers.yaml"
    listed.write_text(f"- {{name: app, url: '{TARGET}', tags: [core]}}\n- other.test:{port}\n")
    fates = {NAME: record((1, 0, port, "a.test")), "a.test": dns.address("127.0.0.1"),
             "other.test": dns.address("127.0.0.1")}
    with dns.Server(fates) as server:
        document, done = connprobe.json("-s", listed, "--resolver", server.resolver)
    assert done.returncode == 0, done.stderr
    assert names(document) == [f"app/a.test:{port}", f"other.test:{port}"]
    assert document["results"][0]["tags"] == ["core"]


def test_a_server_that_is_listed_too_keeps_its_name(connprobe, servers):
    port = servers.add().port
    with dns.Server({NAME: record((1, 0, port, "a.test"), (2, 0, port, "a.test")),
                     "a.test": dns.address("127.0.0.1")}) as server:
        document, done = connprobe.json(f"a.test:{port}", TARGET, "--resolver", server.resolver)
    assert done.returncode == 0
    assert names(document) == [f"a.test:{port}", f"{TARGET}/a.test:{port}"]


def failing(code, message, hint=r"\w"):
    return Expected(code, "dns", "resolve", message, hint)


def with_target(data):
    """A record whose target, at 55 of the answer, is these bytes."""
    return dns.Fate(records=[RR(NAME, QTYPE.SRV, rdata=RD(struct.pack("!HHH", 1, 1, 80) + data))])


OTHER_OWNER = dns.Fate(records=[RR("_other._tcp.corp.test", QTYPE.SRV, rdata=SRV(1, 1, 80, "a.test"))])
LOOP, BEYOND, SHORT = with_target(b"\xc0\x37"), with_target(b"\x3fabc"), with_target(b"\1a\0\0")


@pytest.mark.parametrize("fate, expected", [
    (dns.NXDOMAIN, failing("host_not_found", "NXDOMAIN")),
    (dns.NO_ADDRESS, failing("no_address", "the name exists, but has no SRV record", "which service and protocol")),
    (dns.SERVFAIL, failing("dns_server_failure", "SERVFAIL")),
    (dns.REFUSED, failing("dns_refused", "REFUSED")),
    (dns.SILENT, failing("dns_timeout", r"no answer from the DNS .* within 300 ms \(timeout\)")),
    (record((0, 0, 0, ".")), failing("no_address", "the service is not offered here", "RFC 2782")),
    (record((0, 0, 0, "a.test")), failing("dns_bad_reply", "names a.test with port 0")),
    (record((0, 0, 80, "127.0.0.1")), failing("dns_bad_reply", "names the address 127.0.0.1 where it must name a host")),
    (dns.Fate(rcode="NOTAUTH"), failing("dns_bad_reply", r"answered with the error code 9$")),
    (dns.Fate(cname=NAME), failing("no_address", "the name exists, but has no SRV record")),
    (OTHER_OWNER, failing("no_address", "the name exists, but has no SRV record")),
    *((broken, failing("dns_bad_reply", "answer is malformed"))
      for broken in (LOOP, BEYOND, SHORT)),
])
def test_a_record_that_names_no_server_is_down_with_what_is_wrong(connprobe, fate, expected):
    with dns.Server({NAME: fate}) as server:
        done = connprobe(TARGET, "--resolver", server.resolver, "--timeout", "300ms", "--json")
    result = expected.check(done)
    assert (result["name"], result["host"], result["port"]) == (TARGET, NAME, None)
    assert result["latency_ms"]["resolve"] is not None


def test_a_truncated_record_is_asked_for_again_over_tcp(connprobe, servers):
    port = servers.add().port
    with dns.Server({NAME: record((1, 0, port, "a.test"), truncated=True),
                     "a.test": dns.address("127.0.0.1")}) as server:
        document, done = connprobe.json(TARGET, "--resolver", server.resolver)
        assert server.questions[NAME, "SRV", "tcp"] == 1
    assert (done.returncode, names(document)) == (0, [f"a.test:{port}"])


def test_a_failed_record_is_asked_for_again_by_every_retry(connprobe):
    with dns.Server({NAME: dns.SERVFAIL}) as server:
        document, done = connprobe.json(TARGET, "--resolver", server.resolver, "--retry", "fixed", "--retry-delay",
                                        "0", "--max-attempts", "3")
        assert server.questions[NAME, "SRV"] == 3
    assert document["results"][0]["attempts"] == 3


def waiting(connprobe, server, fates, *options):
    """Starts a wait for a record that is not there, and puts it there when it was asked for."""
    process = connprobe.start("wait", TARGET, "--resolver", server.resolver, "--json", *options)
    asked = threading.Event()
    while not server.questions[NAME, "SRV"] >= 2:
        asked.wait(0.02)
    server.fates.update({(name, None): fate for name, fate in fates.items()})
    out, err = process.communicate(timeout=30)
    return json.loads(out), process.returncode


def test_a_wait_finds_a_record_that_appears_late(connprobe, servers):
    port = servers.add().port
    with dns.Server({}) as server:
        document, status = waiting(connprobe, server, {NAME: record((1, 0, port, "a.test")),
                                                       "a.test": dns.address("127.0.0.1")}, "--deadline", "20s")
    assert status == 0
    assert names(document) == [TARGET]


def test_of_a_record_that_appears_late_every_server_must_be_up(connprobe, servers):
    port, dead = servers.add().port, servers.refusing().port
    with dns.Server({}) as server:
        fates = {NAME: record((1, 0, port, "a.test"), (2, 0, dead, "a.test")), "a.test": dns.address("127.0.0.1")}
        document, status = waiting(connprobe, server, fates, "--deadline", "1s")
    assert status == 124
    assert document["results"][0]["error"]["code"] == "connection_refused"


def test_a_silent_dns_server_does_not_outlast_the_deadline(connprobe):
    with dns.Server({NAME: dns.SILENT}) as server:
        document, done = connprobe.json(TARGET, "--resolver", server.resolver, "--deadline", "300ms")
    assert done.returncode == 124
    assert document["summary"]["elapsed_ms"] < 4000


@pytest.mark.parametrize("limit", ["--timeout", "--dns-timeout"])
def test_a_silent_record_ends_at_its_limit(connprobe, limit):
    """Asking for it before the run belongs to its first attempt."""
    with dns.Server({NAME: dns.SILENT}) as server:
        for patience in (300, 3000):
            done = connprobe(TARGET, "--resolver", server.resolver, limit, f"{patience}ms", "--json")
            result = failing("dns_timeout", "no answer").check(done)
            assert 0.9 * patience < result["latency_ms"]["resolve"] < patience + 1200


@pytest.mark.parametrize("command, options", [("probe", ("--deadline", "1s")), ("wait", ("--timeout", "1s"))])
def test_a_silent_record_costs_other_servers_nothing(connprobe, servers, command, options):
    with dns.Server({NAME: dns.SILENT}) as server:
        document, done = connprobe.json(command, servers.add().target, TARGET, "--resolver", server.resolver,
                                        "--min-success", "1", *options)
    assert document["results"][0]["status"] == "up"
    assert done.returncode == 0
    if command == "probe":
        assert "the run's deadline of 1 s " in document["results"][1]["error"]["message"]


def test_enough_is_counted_over_the_servers_of_the_record(connprobe, servers):
    port, dead = servers.add().port, servers.refusing().port
    fates = {NAME: record((1, 0, port, "a.test"), (2, 0, dead, "a.test"), (3, 0, dead, "b.test")),
             **{f"{host}.test": dns.address("127.0.0.1") for host in "ab"}}
    with dns.Server(fates) as server:
        assert connprobe(TARGET, "--resolver", server.resolver, "--min-success", "1", "-q").returncode == 0
        assert connprobe(TARGET, "--resolver", server.resolver, "--min-success", "2", "-q").returncode == 1


def test_connections_are_not_kept_to_a_record(connprobe):
    done = connprobe("warm", TARGET, "--resolver", "dns:127.0.0.1:9")
    assert done.returncode == 2
    assert "an SRV record is for probe and wait" in done.stderr


def test_a_dry_run_asks_nobody(connprobe):
    with dns.Server({}) as server:
        done = connprobe(TARGET, "--dry-run", "--resolver", server.resolver)
        assert not server.questions
    assert done.returncode == 0 and TARGET in done.stdout
