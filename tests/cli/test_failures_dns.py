"""Why a name led to no address, where it is not the DNS server's answer that says so (those are in test_names)."""
import pytest

from support import dns
from support.failures import Expected
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


@pytest.mark.skipif(not MAY_MAKE, reason="needs root and ip(8)")
def test_the_system_resolver_that_reaches_no_server_fails_for_now(connprobe):
    with Namespace(resolv_conf="nameserver 127.0.0.1\n") as namespace:
        done = connprobe.inside(namespace)("any.test:5432", "--resolver", "system", "--json")
    dns_failure("dns_temporary_failure", r"EAI_AGAIN", "--resolver dns").check(done)
