"""Names, through the built program: every way in which a name is resolved or is not, and what the user is told."""
import contextlib
import threading
import time

import pytest

from support import dns, tcp
from support.namespace import MAY_MAKE, Namespace

RETRY = ("--retry", "fixed", "--retry-delay", "10ms", "--retry-jitter", "0", "--max-attempts", "3")


@pytest.fixture
def servers():
    with tcp.Servers() as servers:
        yield servers


def only(document):
    (result,) = document["results"]
    return result


def error_of(document):
    error = only(document)["error"]
    return error["phase"], error["class"], error["code"]


def test_a_name_is_resolved_and_the_table_of_addresses_says_so(connprobe, servers):
    port = servers.add().port
    with dns.Server({"db.example": dns.address("127.0.0.1")}) as server:
        document, done = connprobe.json(f"db.example.:{port}", "--resolver", server.resolver)
    result = only(document)
    assert done.returncode == 0
    assert document["run"]["resolver"] == "dns"
    assert (result["status"], result["address"], result["family"]) == ("up", "127.0.0.1", "ipv4")
    assert result["latency_ms"]["resolve"] > 0
    assert server.questions["db.example", "A"] == server.questions["db.example", "AAAA"] == 1


@pytest.mark.parametrize("fate, code, fact", [
    (dns.NXDOMAIN, "host_not_found", "the DNS server {} answered NXDOMAIN"),
    (dns.NO_ADDRESS, "no_address", "has no such address ({})"),
    (dns.SERVFAIL, "dns_server_failure", "the DNS server {} answered SERVFAIL"),
    (dns.REFUSED, "dns_refused", "the DNS server {} answered REFUSED"),
    (dns.Fate(rcode="NOTIMP"), "dns_bad_reply", "the DNS server {} answered NOTIMP"),
    (dns.SILENT, "dns_timeout", "no answer from the DNS ({}) within 200 ms (dns_timeout)"),
    (dns.RUBBISH, "dns_timeout", "no answer from the DNS ({}) within 200 ms (dns_timeout)"),
], ids=["nxdomain", "no-address", "servfail", "refused", "notimp", "silent", "rubbish"])
def test_each_way_in_which_dns_fails_has_its_code_and_names_the_server(connprobe, fate, code, fact):
    with dns.Server({"db.example": fate}) as server:
        limit = "200ms" if code == "dns_timeout" else "30s"
        document, done = connprobe.json("db.example.:1", "--resolver", server.resolver, "-t", "30s", "--dns-timeout", limit)
        address = f"127.0.0.1:{server.port}"
    assert done.returncode == 1
    assert error_of(document) == ("resolve", "dns", code)
    assert fact.format(address) in only(document)["error"]["message"]
    assert only(document)["address"] is None


@pytest.mark.parametrize("name", ["a..b", "x" * 64, "127.1", "0x7f.1", "256.1.1.1", "a b"])
def test_what_can_be_no_name_is_refused_as_input(connprobe, name):
    with dns.Server({}) as server:
        done = connprobe(f"{name}:80", "--resolver", server.resolver)
        assert not server.questions
    assert done.returncode == 2
    assert f'the host "{name[:20]}' in done.stderr


@pytest.mark.parametrize("fate, fact", [
    (dns.Fate(rcode="NOTAUTH"), "answered with the error code 9"),
    (dns.Fate(rcode="YXDOMAIN"), "answered with the error code 6"),
    (dns.Fate(echo=True), "answer is malformed"),
])
def test_what_is_no_answer_is_not_a_name_without_addresses(connprobe, fate, fact):
    with dns.Server({"odd.test": fate}) as server:
        document, done = connprobe.json("odd.test:80", "--resolver", server.resolver)
    assert done.returncode == 1
    assert error_of(document) == ("resolve", "dns", "dns_bad_reply")
    assert fact in only(document)["error"]["message"]


def test_localhost_needs_no_question(connprobe, servers):
    port = servers.add().port
    with dns.Server({}) as server:
        document, done = connprobe.json(f"localhost:{port}", f"db.localhost:{port}", "--resolver", server.resolver)
        assert not server.questions
    assert done.returncode == 0
    assert {result["address"] for result in document["results"]} == {"127.0.0.1"}


def test_a_truncated_answer_is_asked_for_again_over_tcp(connprobe, servers):
    port = servers.add().port
    with dns.Server({"db.example": dns.address("127.0.0.1", truncated=True)}) as server:
        document, _ = connprobe.json("-4", f"db.example.:{port}", "--resolver", server.resolver)
    assert only(document)["status"] == "up"
    assert server.questions["db.example", "A", "tcp"] == 1


def test_an_alias_is_followed(connprobe, servers):
    port = servers.add().port
    with dns.Server({"www.example": dns.address("127.0.0.1", cname="db.example")}) as server:
        document, _ = connprobe.json(f"www.example.:{port}", "--resolver", server.resolver)
    assert only(document)["address"] == "127.0.0.1"


def test_an_aaaa_that_is_never_answered_does_not_hold_up_the_a(connprobe, servers):
    port = servers.add().port
    fates = {("db.example", "A"): dns.address("127.0.0.1"), ("db.example", "AAAA"): dns.SILENT}
    with dns.Server(fates) as server:
        document, _ = connprobe.json(f"db.example.:{port}", "--resolver", server.resolver, "-t", "30s")
    assert only(document)["status"] == "up"
    assert only(document)["latency_ms"]["resolve"] < 10_000  # RFC 8305 says 50; the machine may be busy


@pytest.mark.parametrize("early, late", [(("A", "127.0.0.2"), ("AAAA", "::1")), (("AAAA", "::1"), ("A", "127.0.0.2"))])
def test_the_family_that_was_not_waited_for_takes_part_when_the_other_one_is_silent(connprobe, servers, early, late):
    port = servers.silent(host=early[1]).port
    servers.add(host=late[1], port=port)
    fates = {("db.example", early[0]): dns.address(early[1]),
             ("db.example", late[0]): dns.Lost(dns.address(late[1]))}
    with dns.Server(fates) as server:
        document, _ = connprobe.json(f"db.example.:{port}", "--resolver", server.resolver)
    result = only(document)
    assert (result["status"], result["address"]) == ("up", late[1])
    assert [(one["address"], one["error"]) for one in result["addresses"]] == [(early[1], None), (late[1], None)]
    warning, = result["warnings"]
    assert warning["code"] == "fallback_address" and f"{early[1]} had not answered" in warning["message"]
    phases = result["latency_ms"]
    assert phases["connect"] >= 250 and phases["total"] == pytest.approx(phases["resolve"] + phases["connect"], abs=0.01)
    assert phases["total"] <= result["elapsed_ms"]


def test_a_family_asks_for_its_records_only(connprobe, servers):
    port = servers.add().port
    with dns.Server({"db.example": dns.address("127.0.0.1")}) as server:
        four, _ = connprobe.json("-4", f"db.example.:{port}", "--resolver", server.resolver)
        six, _ = connprobe.json("-6", f"db.example.:{port}", "--resolver", server.resolver)
    assert only(four)["status"] == "up"
    assert error_of(six) == ("resolve", "dns", "no_address")
    assert server.questions == {("db.example", "A"): 1, ("db.example", "AAAA"): 1}


def test_every_retry_asks_again(connprobe, servers):
    with dns.Server({"db.example": dns.SERVFAIL}) as server:
        document, _ = connprobe.json("-4", "db.example.:1", "--resolver", server.resolver, *RETRY)
    assert only(document)["attempts"] == 3
    assert server.questions["db.example", "A"] == 3


def test_a_hundred_servers_of_one_name_ask_once(connprobe, servers):
    port = servers.add().port
    many = "".join(f'{{"name": "s{i}", "host": "db.example.", "port": {port}}}\n' for i in range(100))
    with dns.Server({"db.example": dns.address("127.0.0.1")}) as server:
        document, done = connprobe.json("-s", "-", "--threads", "3", "--resolver", server.resolver, input=many)
    assert document["summary"]["up"] == 100, done.stderr
    assert server.questions == {("db.example", "A"): 1, ("db.example", "AAAA"): 1}


needs_namespace = pytest.mark.skipif(not MAY_MAKE, reason="needs root and ip(8)")


@needs_namespace
@pytest.mark.parametrize("resolver", ["dns", "system", "auto"])
def test_the_hosts_file_is_honoured(connprobe, resolver):
    with Namespace(hosts={"db": "127.0.0.5"}, resolv_conf="nameserver 127.0.0.1\n") as namespace, namespace.entered(), \
            tcp.Servers() as servers:
        port = servers.add(host="127.0.0.5").port
        document, done = connprobe.inside(namespace).json(f"DB:{port}", "--resolver", resolver)
    assert only(document)["address"] == "127.0.0.5", done.stderr
    assert resolver in ("auto", document["run"]["resolver"])


@needs_namespace
def test_the_search_list_and_the_servers_of_resolv_conf_are_used_and_a_dead_one_is_passed_over(connprobe):
    conf = "nameserver 127.0.0.2\nnameserver 127.0.0.1\nsearch one.example two.example\noptions timeout:30\n"
    with Namespace(resolv_conf=conf) as namespace, namespace.entered(), tcp.Servers() as servers, \
            dns.Server({"db.two.example": dns.address("127.0.0.1")}, port=53) as server:
        port = servers.add().port
        for resolver in ("dns", "system"):
            document, done = connprobe.inside(namespace).json(f"db:{port}", "--resolver", resolver)
            assert only(document)["status"] == "up", (resolver, done.stderr)
    assert server.questions["db.one.example", "A"] == 2


@needs_namespace
def test_a_silent_first_server_costs_a_moment_only(connprobe):
    conf = "nameserver 127.0.0.2\nnameserver 127.0.0.1\n"
    with Namespace(resolv_conf=conf) as namespace, namespace.entered(), tcp.Servers() as servers, \
            dns.Server({"db.example": dns.SILENT}, address="127.0.0.2", port=53), \
            dns.Server({"db.example": dns.address("127.0.0.1")}, port=53):
        port = servers.add().port
        document, done = connprobe.inside(namespace).json(f"db.example.:{port}", "--resolver", "dns", "-t", "30s")
    assert only(document)["status"] == "up", done.stderr
    assert only(document)["latency_ms"]["resolve"] >= 100


@needs_namespace
def test_a_system_lookup_that_hangs_delays_neither_the_limit_nor_the_exit(connprobe):
    conf = "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n"
    with Namespace(resolv_conf=conf) as namespace, namespace.entered(), dns.Server({"db.example": dns.SILENT}, port=53):
        begin = time.monotonic()
        document, _ = connprobe.inside(namespace).json(*(f"db.example.:{port}" for port in range(1, 100)),
                                   "--resolver", "system", "--dns-timeout", "100ms")
        elapsed = time.monotonic() - begin
    assert document["summary"]["failure_codes"] == {"dns_timeout": 99}
    assert "the system's resolver within 100 ms (dns_timeout)" in document["results"][0]["error"]["message"]
    assert elapsed < 20  # the lookup itself takes 150 s


@needs_namespace
@pytest.mark.parametrize("resolver, code", [("system", "host_not_found"), ("dns", "host_not_found")])
def test_a_name_that_does_not_exist(connprobe, resolver, code):
    with Namespace(resolv_conf="nameserver 127.0.0.1\n") as namespace, namespace.entered(), dns.Server({}, port=53):
        document, _ = connprobe.inside(namespace).json("gone.example.:1", "--resolver", resolver)
    assert error_of(document) == ("resolve", "dns", code)


@needs_namespace
@pytest.mark.parametrize("line, resolver", [("files dns", "dns"), ("files", "dns"), ("files ldap dns", "system"),
                                            ("files mdns4_minimal [NOTFOUND=return] dns", "system"), (None, "dns")])
def test_auto_asks_as_the_system_would(connprobe, line, resolver):
    with Namespace(hosts={"db": "127.0.0.1"}, resolv_conf="") as namespace, namespace.entered(), tcp.Servers() as servers:
        namespace.write("nsswitch.conf", "" if line is None else f"passwd: files\nhosts: {line}\n")
        port = servers.add().port
        document, _ = connprobe.inside(namespace).json(f"db:{port}")
    assert document["run"]["resolver"] == resolver
    assert only(document)["status"] == "up"


@needs_namespace
@pytest.mark.parametrize("resolver", ["dns", "system"])
def test_a_lack_of_descriptors_is_not_an_unknown_host(connprobe, resolver):
    with Namespace(resolv_conf="nameserver 127.0.0.1\n") as namespace, namespace.entered(), \
            dns.Server({"db.example": dns.address("127.0.0.1")}, port=53):
        for limit in range(5, 12):
            limited = type(connprobe)((*namespace.prefix, "prlimit", f"--nofile={limit}"))
            done = limited("db.example.:1", "--resolver", resolver, "--json")
            assert "host_not_found" not in done.stdout and "no_address" not in done.stdout, done.stdout


@pytest.mark.skipif(not MAY_MAKE, reason="needs root and ip(8)")
@pytest.mark.parametrize("first, second, code, fact", [
    (dns.SERVFAIL, dns.SERVFAIL, "dns_server_failure", "answered SERVFAIL"),
    (dns.REFUSED, dns.REFUSED, "dns_refused", "answered REFUSED"),
    (None, dns.SERVFAIL, "dns_server_failure", "DNS server 127.0.0.2 answered SERVFAIL"),
    (None, None, "dns_refused", "ECONNREFUSED"),
    (dns.SERVFAIL, dns.NXDOMAIN, "host_not_found", "127.0.0.2 answered NXDOMAIN"),
    (dns.SILENT, dns.SILENT, "dns_timeout", "(timeout)"),
])
def test_what_several_servers_said_is_not_forgotten(connprobe, first, second, code, fact):
    conf = "nameserver 127.0.0.1\nnameserver 127.0.0.2\n"
    with Namespace(resolv_conf=conf) as namespace, namespace.entered(), contextlib.ExitStack() as servers:
        for address, fate in (("127.0.0.1", first), ("127.0.0.2", second)):
            if fate is not None:
                servers.enter_context(dns.Server({"odd.test": fate}, address, 53))
        document, _ = connprobe.inside(namespace).json("odd.test:80", "--resolver", "dns", "--timeout", "3s")
    assert error_of(document) == ("resolve", "dns", code)
    assert fact in only(document)["error"]["message"]
