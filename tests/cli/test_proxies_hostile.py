"""What proxies do wrong: every kind of answer that is none, and those that never end."""
import base64
import json

import pytest

from support import proxies, tcp
from support.failures import Expected, up

SCHEMES = ["http", "socks5", "socks5h"]
BANNER = b"SSH-2.0-OpenSSH_9.2p1\r\n"


def says(*answers, then=tcp.hold):
    """Each answer follows something that the client said."""
    def handler(connection):
        for each in answers:
            connection.recv(65536)
            connection.sendall(each)
        then(connection)
    return handler


def drips(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nA: ")
    while True:
        connection.sendall(b"b")
        connection.settimeout(0.02)
        try:
            if not connection.recv(1):
                return
        except TimeoutError:
            pass


def flood(beginning, repeated):
    def handler(connection):
        connection.recv(65536)
        connection.sendall(beginning)
        while True:
            connection.sendall(repeated * 100)
    return handler


SAID = "proxy_unexpected_reply"
ENDED = "connection_closed|connection_reset"  # who closes with our request unread sends a reset
HOSTILE = {
    "closes at once": ("http", tcp.close_at_once, ENDED, "the connection before it answered"),
    "socks closes at once": ("socks5h", tcp.close_at_once, ENDED, "before it answered"),
    "resets": ("http", says(then=tcp.reset), ENDED, "the connection before it answered"),
    "cut in the head": ("http", says(b"HTTP/1.1 200 OK\r\n", then=tcp.close_at_once), "connection_closed",
                        "within its answer, after 17 bytes"),
    "socks cut in the method": ("socks5h", says(b"\5", then=tcp.close_at_once), "connection_closed", "after 1 byte"),
    "socks cut in the reply": ("socks5h", says(b"\5\0", b"\5\0\0\1\0", then=tcp.close_at_once), "connection_closed",
                               "after"),
    "ssh": ("http", tcp.greet(BANNER), SAID, 'said "SSH-2.0-OpenSSH_9.2p1", which is no answer of HTTP'),
    "socks ssh": ("socks5h", tcp.greet(BANNER), SAID, 'said "SSH-2.0-OpenSSH_9.2p1", which is no answer of SOCKS 5'),
    "http on socks": ("socks5h", tcp.answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"), SAID, 'said "HTTP/1.1 400 Bad Request"'),
    "socks on http": ("http", tcp.answer(b"\5\xff"), SAID, "said the bytes 05 ff"),
    "tls": ("http", tcp.answer(b"\x15\3\1\0\2\2\x46"), SAID, "said the bytes 15 03"),
    "socks 4": ("socks5h", tcp.answer(b"\0\x5b"), SAID, "said the bytes 00 5b"),
    "method not offered": ("socks5h", says(b"\5\2"), SAID, "chose a login that was not offered"),
    "gssapi": ("socks5h", says(b"\5\1"), SAID, "chose a login that was not offered"),
    "wrong version in the reply": ("socks5h", says(b"\5\0", b"\4\0\0\1\0\0\0\0\0\0"), SAID, "said the bytes 04 00"),
    "a reason that does not exist": ("socks5h", says(b"\5\0", b"\5\x63\0\1\0\0\0\0\0\0"), SAID, "does not exist"),
    "an address that does not exist": ("socks5h", says(b"\5\0", b"\5\0\0\2\0\0\0\0\0\0"), SAID, "kind of address"),
    "a status of four digits": ("http", tcp.answer(b"HTTP/1.1 0200 OK\r\n\r\n"), SAID, "malformed HTTP"),
    "endless headers": ("http", flood(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), SAID, "headers without end"),
    "one endless header": ("http", flood(b"HTTP/1.1 200 OK\r\nA: ", b"x"), SAID, "headers without end"),
    "endless interim": ("http", flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), SAID, "headers without end"),
    "endless nonsense": ("socks5h", flood(b"", b"xyz"), SAID, "no answer of SOCKS 5"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_a_proxy_does_wrong_is_its_own_fault(connprobe, servers, case):
    scheme, handler, codes, words = HOSTILE[case]
    proxy = servers.add(handler)
    done = connprobe("db:1", "--proxy", f"{scheme}://{proxy.target}", "--json")
    code = json.loads(done.stdout)["results"][0]["error"]["code"]
    assert code in codes.split("|")
    Expected(code, "proxy", "proxy", words).check(done)


def test_a_login_that_is_answered_in_another_protocol(connprobe, servers):
    proxy = servers.add(says(b"\5\2", b"\5\0"))
    Expected(SAID, "proxy", "proxy", "answered the login in another protocol").check(
        connprobe("db:1", "--proxy", f"socks5h://u:p@{proxy.target}", "--json"))


@pytest.mark.parametrize("handler", [tcp.hold, drips], ids=["silent", "dripping"])
@pytest.mark.parametrize("scheme", SCHEMES[::2])
def test_a_proxy_that_takes_too_long(connprobe, servers, handler, scheme):
    if handler is drips and scheme != "http":
        handler = says(b"\5", then=tcp.hold)
    proxy = servers.add(handler)
    Expected("proxy_timeout", "timeout", "proxy", r" within 200 ms \(proxy_timeout\)").check(
        connprobe("db:1", "--proxy", f"{scheme}://{proxy.target}", "--proxy-timeout", "200ms", "--json"))


def test_a_proxy_that_hangs_up_may_speak_tls(connprobe, servers):
    proxy = servers.add(tcp.reset)
    Expected("connection_reset", "proxy", "proxy", "before it answered",
             f"; if its port speaks TLS, write https://{proxy.target}$").check(connprobe("db:1", "--proxy", f"http://{proxy.target}", "--json"))


SILENCE = {
    "http": (tcp.hold, "can the proxy reach db:1.* speaks TLS: then write https://{}$"),
    "socks5h": (tcp.hold, "^it does not answer SOCKS: .*; try https://{0} or http://{0}$"),
    "socks5": (says(b"\5\0"), "^can the proxy reach 127.0.0.1:1"),  # it was named to it by then
}


@pytest.mark.parametrize("scheme", SILENCE)
def test_a_proxy_that_is_silent_may_wait_for_something_else(connprobe, servers, scheme):
    handler, hint = SILENCE[scheme]
    proxy = servers.add(handler)
    target = "127.0.0.1:1" if scheme == "socks5" else "db:1"
    Expected("proxy_timeout", "timeout", "proxy", "within 200 ms", hint.format(proxy.target)).check(
        connprobe(target, "--proxy", f"{scheme}://{proxy.target}", "--proxy-timeout", "200ms", "--json"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_proxy_that_hangs_up_after_the_go_ahead(connprobe, servers, scheme):
    """There are such that say yes before they have reached the target."""
    proxy = servers.add(says(b"HTTP/1.1 200 OK\r\n\r\n", then=tcp.close_at_once) if scheme == "http" else
                        says(b"\5\0", b"\5\0\0\1\0\0\0\0\0\0", then=tcp.close_at_once))
    assert json.loads(connprobe("tls://127.0.0.1:1", "--proxy", f"{scheme}://{proxy.target}", "--json").stdout)[
        "results"][0]["error"]["code"] in ENDED
    result = up(connprobe.json("127.0.0.1:1", "--proxy", f"{scheme}://{proxy.target}"))
    assert {warning["code"] for warning in result["warnings"]} <= {"closed_at_once"}


LOGIN = "mallory:pass-phrase"
ENCODED = base64.b64encode(LOGIN.encode()).decode()
REPEATED = f"Proxy-Authorization: Basic {ENCODED} {LOGIN}".encode()


def repeats(reply, *, asked=False):
    """Gives the go-ahead, then says in the target's place what it was told itself."""
    def handler(connection):
        proxies.read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        if asked:
            connection.recv(4096)
        connection.sendall(reply)
        tcp.hold(connection)
    return handler


REPEATING = {
    "tls": ({"tls": True}, repeats(REPEATED + b"\r\n", asked=True), "not_tls"),
    "starttls": ({"starttls": "smtp"}, repeats(REPEATED + b"\r\n"), "not_tls"),
    "tcp": ({"check": {"type": "tcp", "steps": [{"expect": "hello"}]}, "check_timeout": "200ms"},
            repeats(REPEATED), "unexpected_reply"),
    "redis": ({"check": {"type": "redis"}}, repeats(b"-ERR " + REPEATED + b"\r\n", asked=True), "unexpected_reply"),
    "http": ({"check": {"type": "http"}},
             repeats(b"HTTP/1.1 500 " + REPEATED + b"\r\nContent-Length: 0\r\n\r\n", asked=True), "unexpected_status"),
}


@pytest.mark.parametrize("case", REPEATING)
def test_a_login_that_is_repeated_in_the_target_s_place_is_not_shown(connprobe, servers, tmp_path, case):
    """As a web server does that is no proxy and answers with the request."""
    keys, handler, code = REPEATING[case]
    proxy, listed = servers.add(handler), tmp_path / "s.json"
    listed.write_text(json.dumps([{"host": "db", "port": 1, "proxy": f"http://{LOGIN}@{proxy.target}", **keys}]))
    done = connprobe("-s", listed, "-vv", "--json")
    assert json.loads(done.stdout)["results"][0]["error"]["code"] == code
    assert "Basic ***" in done.stdout and "***" in done.stderr
    for secret in (ENCODED[:6], "pass-phrase", "mallory"):
        assert secret not in done.stdout + done.stderr
