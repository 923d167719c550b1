"""Each way in which a name leads to no address gets its own code, with the facts, end to end."""
import pytest

from support import dns
from support import namespace as namespaces
from support.failures import Expected


def dns_failure(code, message, hint=r"\w"):
    return Expected(code, "dns", "resolve", message, hint)


FATES = {
    "gone.test": (dns.NXDOMAIN, dns_failure("host_not_found", r'^"gone\.test": the DNS server 127\.0\.0\.1.* NXDOMAIN',
                                            "spelling")),
    "empty.test": (dns.NO_ADDRESS, dns_failure("no_address", r'^"empty\.test": the name exists', "dig")),
    "broken.test": (dns.SERVFAIL, dns_failure("dns_server_failure", r"127\.0\.0\.1.* answered SERVFAIL$", "DNSSEC")),
    "shut.test": (dns.REFUSED, dns_failure("dns_refused", r"127\.0\.0\.1.* answered REFUSED$", "resolv.conf")),
    "odd.test": (dns.Fate(rcode="FORMERR"), dns_failure("dns_bad_reply", r"answered FORMERR", "dig")),
    "silent.test": (dns.SILENT, dns_failure("dns_timeout", r"150 ms \(dns_timeout\)", "resolv.conf")),
}


@pytest.fixture(scope="module")
def server():
    with dns.Server({name: fate for name, (fate, _) in FATES.items()}) as running:
        yield running


@pytest.mark.parametrize("name", FATES)
def test_what_the_dns_server_says_is_told_apart(connprobe, server, name):
    _, expected = FATES[name]
    expected.check(connprobe(f"{name}:5432", "--resolver", server.resolver, "--dns-timeout", "150ms", "--json"))


def test_a_dns_server_that_is_not_there_is_said_to_be_closed(connprobe):
    with dns.Server({}) as gone:
        resolver = gone.resolver
    done = connprobe("any.test:5432", "--resolver", resolver, "--json")
    dns_failure("dns_refused", r"ECONNREFUSED", "resolv.conf").check(done)


@pytest.mark.parametrize("family, address", [("-4", "2001:db8::1"), ("-6", "192.0.2.1")])
def test_a_name_without_an_address_of_the_wanted_family_has_none(connprobe, family, address):
    with dns.Server({"one.test": dns.address(address)}) as server:
        done = connprobe("one.test:5432", family, "--resolver", server.resolver, "--json")
    dns_failure("no_address", r'^"one\.test"', "-4 or -6").check(done)


def test_the_system_resolver_that_reaches_no_server_fails_for_now(connprobe):
    if not namespaces.MAY_MAKE:
        pytest.skip("needs root and ip(8)")
    with namespaces.Namespace(resolv_conf="nameserver 127.0.0.1\n") as namespace:
        done = connprobe.inside(namespace)("any.test:5432", "--resolver", "system", "--json")
    dns_failure("dns_temporary_failure", "EAI_AGAIN", "--resolver dns").check(done)
