"""Why a name led to no address, where it is not the DNS server's answer that says so (those are in test_names)."""
import json
import threading
import time

import pytest

from support import dns
from support.failures import Expected, up
from support.namespace import MAY_MAKE, Namespace


def dns_failure(code, message, hint):
    return Expected(code, "dns", "resolve", message, hint)


def test_a_dns_server_that_is_not_there_is_said_to_be_closed(connprobe):
    with dns.Server({}) as gone:
        resolver = gone.resolver
    done = connprobe("any.test:5432", "--resolver", resolver, "--json")
    dns_failure("dns_refused", r'^"any\.test": .*ECONNREFUSED', "resolv.conf").check(done)


@pytest.mark.parametrize("family, address", [("-4", "2001:db8::1"), ("-6", "192.0.2.1")])
def test_a_name_without_an_address_of_the_wanted_family_has_none(connprobe, family, address):
    with dns.Server({"one.test": dns.address(address)}) as server:
        done = connprobe("one.test:5432", family, "--resolver", server.resolver, "--json")
    dns_failure("no_address", r'^"one\.test"', "-4 or -6").check(done)


def test_an_answer_that_breaks_off_over_tcp_is_the_fault_of_its_name_alone(connprobe, servers):
    """c-ares gives up all that is being asked of a server when a connection to it ends."""
    over, port = threading.Event(), servers.add().port
    fates = {"broken.test": dns.Fate(hangs_up=True), "slow.test": dns.address("127.0.0.1", after=over)}
    with dns.Server(fates) as server:
        done = connprobe("broken.test.:1", "--resolver", server.resolver, "--json")
        dns_failure("dns_bad_reply", r"answer ended early \(127\.0\.0\.1:", r"\w").check(done)
        probe = connprobe.start(f"slow.test.:{port}", "broken.test.:1", "--resolver", server.resolver, "--json")
        while server.questions["broken.test", "AAAA", "tcp"] < 2 * 4:  # as often as c-ares asks
            assert probe.poll() is None
        over.set()
        results = json.loads(probe.communicate(timeout=30)[0])["results"]
    assert [result["status"] for result in results] == ["up", "down"]


def test_an_answer_too_large_for_its_datagram_is_asked_for_over_tcp(connprobe, servers):
    """Some servers send more than the 512 bytes of RFC 1035 §4.2.1 unasked."""
    with dns.Server({"many.test": dns.address(*["127.0.0.1"] * 100)}) as server:
        up(connprobe.json(f"many.test.:{servers.add().port}", "-4", "--resolver", server.resolver))
        assert server.questions["many.test", "A", "tcp"] == 1


@pytest.mark.skipif(not MAY_MAKE, reason="needs root and ip(8)")
class SlowOverTcp(dns.Fate):
    def reply(self, question, over_tcp):
        if over_tcp:
            time.sleep(1.5)  # longer than c-ares waits for a datagram
        return super().reply(question, over_tcp)


def test_an_answer_over_tcp_may_take_as_long_as_the_limit_lets_it(connprobe, servers):
    fate = SlowOverTcp(a=["127.0.0.1"], truncated=True)
    with dns.Server({"slow.test": fate}) as server:
        document, _ = connprobe.json(f"slow.test.:{servers.add().port}", "--resolver", server.resolver)
    result, = document["results"]
    assert result["status"] == "up"


def test_an_answer_that_is_cut_short_over_tcp_too_is_not_one_without_addresses(connprobe):
    fate = dns.Fate(truncated="always")
    with dns.Server({"cut.test": fate}) as server:
        document, _ = connprobe.json("cut.test.:1", "--resolver", server.resolver)
    result, = document["results"]
    assert result["error"]["code"] == "dns_bad_reply"
    assert server.questions["cut.test", "A", "tcp"] == 1


@pytest.mark.parametrize("target", ["any.test.:5432", "srv://_any._tcp.test."])
@pytest.mark.parametrize("rcode, code", [("SERVFAIL", "dns_server_failure"), ("REFUSED", "dns_refused")])
def test_what_one_server_said_counts_more_than_the_silence_of_another(connprobe, target, rcode, code):
    name = target.removeprefix("srv://").partition(".:")[0].rstrip(".")
    with Namespace(resolv_conf="nameserver 127.0.0.1\nnameserver 127.0.0.2\n") as namespace, namespace.entered():
        with dns.Server({name: dns.Fate(rcode=rcode)}, port=53), dns.Server({name: dns.SILENT}, "127.0.0.2", port=53):
            done = connprobe.inside(namespace)(target, "--resolver", "dns", "--dns-timeout", "300ms", "--json")
    dns_failure(code, rf"the DNS server 127\.0\.0\.1 answered {rcode}; no answer from 127\.0\.0\.2 within 300 ms "
                r"\(dns_timeout\)$", r"\w").check(done)


def test_one_question_refused_counts_more_than_the_silence_about_the_other(connprobe):
    with dns.Server({("half.test", "A"): dns.SERVFAIL, ("half.test", "AAAA"): dns.SILENT}) as server:
        done = connprobe("half.test.:1", "--resolver", server.resolver, "--dns-timeout", "300ms", "--json")
    dns_failure("dns_server_failure", "SERVFAIL; no answer to the other question about it within 300 ms",
                r"\w").check(done)


def test_a_refusal_with_another_id_is_not_believed(connprobe):
    with dns.Server({"forged.test": dns.Fate(rcode="SERVFAIL", other_id=True)}) as server:
        done = connprobe("forged.test.:1", "--resolver", server.resolver, "--timeout", "300ms", "--json")
    dns_failure("dns_timeout", "what came fitted no question", r"\w").check(done)


@pytest.mark.skipif(not MAY_MAKE, reason="needs root and ip(8)")
def test_a_resolv_conf_that_wants_tcp_gets_it(connprobe, servers):
    with Namespace(resolv_conf="nameserver 127.0.0.1\noptions use-vc\n") as namespace:
        with namespace.entered(), dns.Server({"db.test": dns.address("127.0.0.1")}, port=53) as server:
            up(connprobe.inside(namespace).json(f"db.test.:{servers.add().port}", "-4", "--resolver", "dns"))
    assert server.questions == {("db.test", "A", "tcp"): 1}


@pytest.mark.skipif(not MAY_MAKE, reason="needs root and ip(8)")
def test_the_system_resolver_that_reaches_no_server_fails_for_now(connprobe):
    with Namespace(resolv_conf="nameserver 127.0.0.1\n") as namespace:
        done = connprobe.inside(namespace)("any.test:5432", "--resolver", "system", "--json")
    dns_failure("dns_temporary_failure", r"EAI_AGAIN", "--resolver dns").check(done)
