"""Ways through proxies, good ones and every kind of bad one; and the header of the PROXY protocol."""
import ipaddress
import json
import ssl
import struct

import pytest

from support import tcp, tls
from support.failures import Expected
from support.proxies import HttpProxy, SocksProxy, read_exactly, read_head

SCHEMES = ["http", "socks5", "socks5h"]
BANNER = b"SSH-2.0-OpenSSH_9.2p1\r\n"


def proxy_for(scheme, **options):
    return (HttpProxy if scheme == "http" else SocksProxy)(**options)


def up(document_and_process):
    document, done = document_and_process
    result, = document["results"]
    assert (done.returncode, result["status"]) == (0, "up"), result["error"]
    return result


@pytest.fixture(scope="module")
def authority():
    return tls.Authority()


@pytest.fixture
def greeter(servers):
    return servers.add(tcp.greet(BANNER))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("login", [None, "us er:p@ss:/w%rd"])
def test_a_way_through_a_proxy(connprobe, servers, greeter, scheme, login):
    proxy = servers.add(proxy_for(scheme, login=login))
    user = "us%20er:p%40ss%3A%2Fw%25rd@" if login else ""
    result = up(connprobe.json(greeter.target, "--proxy", f"{scheme}://{user}{proxy.target}"))
    assert result["latency_ms"]["proxy"] > 0 and result["address"] == "127.0.0.1"
    assert [fate["address"] for fate in result["addresses"]] == ["127.0.0.1"]
    assert result["warnings"] == [] and servers.wait_until(lambda: greeter.accepted == 1)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_server_that_speaks_first_is_heard_from_its_first_byte(connprobe, servers, greeter, scheme, tmp_path):
    """It spoke before the go-ahead was read: its banner came in the same segment."""
    def eager(connection):
        if scheme == "http":
            read_head(connection)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + BANNER)
        else:
            read_exactly(connection, 3)
            connection.sendall(b"\5\0")
            connection.recv(300)
            connection.sendall(b"\5\0\0\3\4name\0\0" + BANNER)
        tcp.hold(connection)
    proxy = servers.add(eager)
    listed = tmp_path / "s.json"
    listed.write_text(json.dumps([{"host": "127.0.0.1", "port": greeter.port, "proxy": f"{scheme}://{proxy.target}",
                                   "check": {"type": "tcp", "steps": [{"expect": "^SSH-2.0-OpenSSH_9.2p1$"}]}}]))
    assert up(connprobe.json("-s", listed))["check"]["detail"] == BANNER.decode().strip()


def test_names_go_to_the_proxy_or_are_resolved_here(connprobe, servers, greeter):
    socks, http = SocksProxy(leads_to=("127.0.0.1", greeter.port)), HttpProxy(leads_to=("127.0.0.1", greeter.port))
    socks_server, http_server = servers.add(socks), servers.add(http)
    up(connprobe.json("db.internal:5432", "--proxy", f"socks5h://{socks_server.target}"))
    up(connprobe.json("db.internal:5432", "--proxy", f"http://{http_server.target}/"))
    up(connprobe.json("[2001:db8::1]:443", "--proxy", f"http://{http_server.target}"))
    up(connprobe.json("[2001:db8::1]:443", "--proxy", f"socks5h://{socks_server.target}"))
    up(connprobe.json("localhost:81", "-4", "--proxy", f"socks5://{socks_server.target}"))
    up(connprobe.json("db.internal:82", "--resolve", "db.internal:82:192.0.2.9", "--proxy",
                      f"socks5://{socks_server.target}"))
    assert socks.asked == [(3, "db.internal", 5432), (4, "2001:db8::1", 443), (1, "127.0.0.1", 81),
                           (1, "192.0.2.9", 82)]
    assert [head.split("\r\n")[:2] for head in http.heads] == [
        [f"CONNECT {host} HTTP/1.1", f"Host: {host}"] for host in ("db.internal:5432", "[2001:db8::1]:443")]


def test_each_address_of_a_name_that_is_resolved_here_is_tried(connprobe, servers, greeter, tmp_path):
    """As long as the proxy cannot reach the one before."""
    proxy = SocksProxy(leads_to=("127.0.0.1", greeter.port), refuse=("::1",))
    server = servers.add(proxy)
    up(connprobe.json("localhost:81", "--proxy", f"socks5://{server.target}"))
    assert proxy.asked[-1] == (1, "127.0.0.1", 81)


@pytest.mark.parametrize("reply, code, failure_class, words", [
    (1, "proxy_denied", "proxy", "general failure"), (2, "proxy_denied", "proxy", "not allowed by its rules"),
    (3, "network_unreachable", "network", "network unreachable"),
    (4, "host_unreachable", "network", "host unreachable"),
    (5, "connection_refused", "network", "connection refused"), (6, "connect_timeout", "timeout", "TTL expired"),
    (7, "proxy_denied", "proxy", "command not supported"),
    (8, "proxy_denied", "proxy", "kind of address not supported")])
def test_what_a_socks_proxy_says_of_the_target(connprobe, servers, reply, code, failure_class, words):
    proxy = servers.add(SocksProxy(reply=reply))
    expected = Expected(code, failure_class, "proxy",
                        rf"^the proxy 127.0.0.1:\d+ could not connect to db:1: {words} \(SOCKS reply {reply}\)$")
    expected.check(connprobe("db:1", "--proxy", f"socks5h://{proxy.target}", "--json"))


def answered(head, body=b""):
    def handler(connection):
        read_head(connection)
        connection.sendall(head.encode() + b"\r\n\r\n" + body)
    return handler


@pytest.mark.parametrize("head, code, failure_class, words", [
    ("HTTP/1.1 403 Forbidden", "proxy_denied", "proxy", "answered 403 Forbidden to CONNECT db:1$"),
    ("HTTP/1.1 405 Not Allowed", "proxy_denied", "proxy", "answered 405 Not Allowed"),
    ("HTTP/1.1 400 Bad Request", "proxy_denied", "proxy", "answered 400"),
    ("HTTP/1.1 502 Bad Gateway", "proxy_denied", "proxy", "answered 502"),
    ("HTTP/1.1 503 Service Unavailable", "proxy_denied", "proxy", "answered 503"),
    ("HTTP/1.1 504 Gateway Timeout", "connect_timeout", "timeout", r"could not connect to db:1 \(504 Gateway Timeout\)"),
    ("HTTP/1.1 502 Bad\r\nProxy-Status: p; error=connection_refused", "connection_refused", "network",
     r"\(502 Bad, Proxy-Status: connection_refused\)"),
    ("HTTP/1.1 502 Bad\r\nProxy-Status: p; error=dns_error; rcode=\"NXDOMAIN\"", "host_not_found", "dns", "dns_error"),
    ("HTTP/1.1 502 Bad\r\nProxy-Status: p; error=dns_error; rcode=\"SERVFAIL\"", "dns_server_failure", "dns", ""),
    ("HTTP/1.1 503 No\r\nX-Squid-Error: ERR_CONNECT_FAIL 111", "connection_refused", "network", "ERR_CONNECT_FAIL 111"),
    ("HTTP/1.1 503 No\r\nX-Squid-Error: ERR_CONNECT_FAIL 113", "host_unreachable", "network", ""),
    ("HTTP/1.1 503 No\r\nX-Squid-Error: ERR_DNS_FAIL 0", "host_not_found", "dns", ""),
    ("HTTP/1.1 403 No\r\nX-Squid-Error: ERR_ACCESS_DENIED 0", "proxy_denied", "proxy", ""),
    ("HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic", "proxy_authentication_failed", "auth",
     "wants a login, and no user and password were given"),
    ("HTTP/1.1 407 Login\r\nProxy-Authenticate: NTLM", "proxy_authentication_failed", "auth", "it asks for NTLM$"),
    ("HTTP/1.1 302 Found\r\nLocation: http://login/", "proxy_unexpected_reply", "proxy", "answered 302 Found"),
    ("HTTP/1.1 101 Switching", "proxy_unexpected_reply", "proxy", "answered 101"),
    ("HTTP/2.0 200 OK", "proxy_unexpected_reply", "proxy", r"answered in HTTP/2"),
    ("HTTP/1.1 OK", "proxy_unexpected_reply", "proxy", 'said "HTTP/1.1 OK", which is no answer of HTTP'),
    ("HTTP/1.1 403 \x1b[2J", "proxy_denied", "proxy", "403")])
def test_what_an_http_proxy_answers(connprobe, servers, head, code, failure_class, words):
    proxy = servers.add(answered(head, b"<html>some page</html>"))
    expected = Expected(code, failure_class, "proxy", words)
    expected.check(connprobe("db:1", "--proxy", f"http://{proxy.target}", "--json"))


@pytest.mark.parametrize("head", ["HTTP/1.0 200 Connection established", "HTTP/1.1 204 None",
                                  "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"])
def test_every_go_ahead_counts(connprobe, servers, head):
    proxy = servers.add(answered(head))
    up(connprobe.json("db:1", "--proxy", f"http://{proxy.target}"))


def test_a_wrong_password(connprobe, servers):
    words = r"^the proxy 127.0.0.1:\d+ does not accept the user and password"
    for scheme in ("http", "socks5h"):
        proxy = servers.add(proxy_for(scheme, login="user:right"))
        done = connprobe("db:1", "--proxy", f"{scheme}://user:wrong@{proxy.target}", "--json", "-v", "--retry", "3")
        Expected("proxy_authentication_failed", "auth", "proxy", words).check(done)
        assert proxy.accepted == 1, "a wrong password is not tried again"
        assert "wrong" not in done.stdout + done.stderr


def test_a_socks_proxy_that_wants_a_login(connprobe, servers):
    proxy = servers.add(SocksProxy(login="user:right"))
    Expected("proxy_authentication_failed", "auth", "proxy", "wants a login, and no user and password were given",
             "USER:PASSWORD@HOST").check(connprobe("db:1", "--proxy", f"socks5h://{proxy.target}", "--json"))


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


def test_a_proxy_that_cannot_be_reached_keeps_the_code(connprobe, servers):
    refusing, silent = servers.refusing(), servers.silent()
    words = r"^the proxy cannot be reached: 127.0.0.1:\d+ refused the connection$"
    Expected("connection_refused", "proxy", "connect", words).check(
        connprobe("db:1", "--proxy", f"http://{refusing.target}", "--json"))
    Expected("connect_timeout", "proxy", "connect", "^the proxy cannot be reached: no answer from").check(
        connprobe("db:1", "--proxy", f"socks5h://{silent.target}", "--connect-timeout", "200ms", "--json"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_tls_and_a_check_through_a_proxy(connprobe, servers, scheme, tmp_path, authority):
    context = authority.issue("127.0.0.1").server_context()

    def website(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65536)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            tcp.hold(secure)
    target, proxy = servers.add(website), servers.add(proxy_for(scheme))
    result = up(connprobe.json(f"https://{target.target}", "--proxy", f"{scheme}://{proxy.target}", "--cacert",
                               authority.write(tmp_path)))
    assert result["tls"]["verified"] and result["check"]["status"] == 200


def over_tls(leaf, handler):
    context = leaf.server_context()

    def secured(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            handler(secure)
    return secured


def test_tls_to_the_proxy_and_within_it_tls_to_the_target(connprobe, servers, greeter, authority, tmp_path):
    ca = authority.write(tmp_path)
    context = authority.issue("127.0.0.1").server_context()

    def website(connection):
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65536)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 99995 + b"right")
            tcp.hold(secure)
    proxy = servers.add(over_tls(authority.issue("127.0.0.1"), HttpProxy(login="u:p")))
    through = ("--proxy", f"https://u:p@{proxy.target}", "--cacert", ca)
    assert up(connprobe.json(greeter.target, *through))["tls"] is None
    result = up(connprobe.json(f"https://{servers.add(website).target}", *through))
    assert result["tls"]["verified"] and result["check"]["status"] == 200
    Expected("not_tls", "tls", "tls", 'the server said "SSH-2.0-').check(
        connprobe("tls://" + greeter.target, *through, "--json"))
    Expected("tls_timeout", "timeout", "tls", "the server sent nothing within").check(
        connprobe("tls://" + servers.add(tcp.hold).target, *through, "--tls-timeout", "200ms", "--json"))
    Expected("connection_closed", "network", "tls", "the server closed the connection").check(
        connprobe("tls://" + servers.add(tcp.close_at_once).target, *through, "--json"))


def test_the_certificate_of_a_proxy_is_verified_whatever_is_said_of_the_target(connprobe, servers, greeter, authority):
    proxy = servers.add(over_tls(authority.issue("127.0.0.1"), HttpProxy()))
    Expected("unknown_authority", "proxy", "proxy", r"^TLS with the proxy 127.0.0.1:\d+: ").check(
        connprobe("tls://" + greeter.target, "-k", "--proxy", f"https://{proxy.target}", "--json",
                  env={"SSL_CERT_FILE": str(ssl.get_default_verify_paths().openssl_cafile)}))


def test_a_plain_proxy_that_was_taken_for_one_of_tls(connprobe, servers, greeter):
    proxy = servers.add(tcp.answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    done = connprobe(greeter.target, "--proxy", f"https://{proxy.target}", "--json")
    Expected("not_tls", "proxy", "proxy", r'^TLS with the proxy 127.0.0.1:\d+: the server said "HTTP/1.1 400',
             rf"write http://{proxy.target}$").check(done)


def test_a_unix_socket_and_a_proxy_do_not_go_together(connprobe):
    done = connprobe("unix:/run/x.sock", "--proxy", "http://127.0.0.1:1")
    assert done.returncode == 2
    assert "unix:/run/x.sock: no proxy leads to a unix socket: give it proxy: none" in done.stderr


@pytest.mark.parametrize("url, words", [
    ("proxy:3128", "expected a URL such as http://HOST:3128 or socks5h://HOST:1080, found \"proxy:3128\""),
    ("u:secret@proxy:3128", "found \"proxy:3128\""),
    ("socks4://p:1", "SOCKS 4 is not supported"), ("socks://p:1", "write socks5h://"),
    ("htp://p:1", "did you mean http://?"), ("ftp://u:secret@p:1", "unknown scheme \"ftp\""),
    ("http://u:secret@p", "no port: write http://p:3128"), ("socks5://p", "no port: write socks5://p:1080"),
    ("http://[::1]", "no port: write http://[::1]:3128"), ("http://::1:80", "write http://[ADDRESS]:PORT"),
    ("http://p:0", "port: expected 1–65535, found 0"), ("http://u:secret@p:99999", "port: expected 1–65535"),
    ("http://:80", "no host"), ("http://a b:80", "has a space in it"),
    ("http://u:secret@p:1/x", "a path has no meaning for a proxy: write http://p:1"),
    ("http://u:sec%zz@p:1", "is not followed by two digits"),
    ("http://u%3Ax:secret@p:1", "a user name with a colon"),
    ("socks5://" + "u" * 256 + ":secret@p:1", "more than 255 bytes")])
def test_a_proxy_that_is_wrongly_written(connprobe, url, words):
    done = connprobe("db:1", "--proxy", url)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert "sec" not in done.stderr and "--proxy" in done.stderr


def test_user_and_password_are_shown_nowhere(connprobe, servers, tmp_path):
    proxy = servers.refusing()
    listed = tmp_path / "s.yaml"
    listed.write_text(f"- {{host: db, port: 1, proxy: 'http://mallory:secret@{proxy.target}'}}\n")
    for arguments in (["--dry-run"], ["-vv"], ["-vv", "--json"]):
        done = connprobe("-s", listed, *arguments)
        assert "secret" not in done.stdout + done.stderr and "mallory" not in done.stdout + done.stderr
        assert str(proxy.port) in done.stdout


def test_a_server_of_its_own_needs_no_proxy(connprobe, servers, greeter, tmp_path):
    listed = tmp_path / "s.yaml"
    listed.write_text("defaults: {proxy: 'socks5h://127.0.0.1:9', proxy_timeout: 1s}\nservers:\n"
                      f"- {{host: 127.0.0.1, port: {greeter.port}, proxy: false}}\n"
                      f"- {{name: b, host: 127.0.0.1, port: {greeter.port}, proxy: none}}\n")
    document, done = connprobe.json("-s", listed)
    assert done.returncode == 0 and document["summary"]["up"] == 2


def header_of(servers, version, **place):
    """What the server hears first, and where it came from."""
    heard = {}

    def handler(connection):
        heard["from"], heard["to"] = connection.getpeername(), connection.getsockname()
        heard["all"] = b""
        while chunk := connection.recv(4096):
            heard["all"] += chunk
    server = servers.unix(place["path"], handler) if place.get("path") else servers.add(handler, **place)
    listed = {"unix": place["path"]} if place.get("path") else {"host": place.get("host", "127.0.0.1"), "port": server.port}
    return server, {**listed, "proxy_protocol": version}, heard


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_header_of_the_proxy_protocol(connprobe, servers, host):
    for version in (1, 2):
        server, listed, heard = header_of(servers, version, host=host)
        up(connprobe.json("-s", "-", input=json.dumps([listed])))
        assert servers.wait_until(lambda: server.accepted == 1 and not servers._connections)
        source, destination = heard["from"][:2], heard["to"][:2]
        if version == 1:
            family = "TCP6" if ":" in host else "TCP4"
            assert heard["all"].decode() == f"PROXY {family} {host} {host} {source[1]} {destination[1]}\r\n"
        else:
            address = ipaddress.ip_address(host).packed
            ends = address * 2 + struct.pack("!HH", source[1], destination[1])
            kind = 0x21 if ":" in host else 0x11
            assert heard["all"] == b"\r\n\r\n\0\r\nQUIT\n\x21" + bytes([kind]) + struct.pack("!H", len(ends)) + ends


def test_of_a_unix_socket_the_header_knows_no_more(connprobe, servers, tmp_path):
    for version, expected in ((1, b"PROXY UNKNOWN\r\n"), (2, b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")):
        server, listed, heard = header_of(servers, version, path=str(tmp_path / f"{version}.sock"))
        up(connprobe.json("-s", "-", input=json.dumps([listed])))
        assert servers.wait_until(lambda: server.accepted == 1 and not servers._connections)
        assert heard["all"] == expected


@pytest.mark.parametrize("scheme", SCHEMES)
def test_connections_are_kept_warm_through_a_proxy(connprobe, servers, scheme):
    def pong(connection):
        while connection.recv(4096):
            connection.sendall(b"+PONG\r\n")
    target, proxy = servers.add(pong), servers.add(proxy_for(scheme))
    document, done = connprobe.json("warm", f"redis://{target.target}", "--connections", "4", "--proxy",
                                    f"{scheme}://{proxy.target}")
    assert done.returncode == 0, done.stderr
    assert document["results"][0]["connections"]["opened"] == 4 and target.accepted >= 4 <= proxy.accepted


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_end_is_a_fin(connprobe, servers, watch, scheme):
    target, proxy = servers.add(), servers.add(proxy_for(scheme))
    denying = servers.add(proxy_for(scheme, login="u:p"))
    with watch(proxy.port, denying.port) as seen:
        up(connprobe.json(target.target, "--proxy", f"{scheme}://{proxy.target}"))
        connprobe(target.target, "--proxy", f"{scheme}://{denying.target}")
        assert servers.wait_until(lambda: not servers._connections)
    assert seen.resets_to(proxy.port) == [] and seen.resets_to(denying.port) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_proxy_that_hangs_up_after_the_go_ahead(connprobe, servers, scheme):
    """There are such that say yes before they have reached the target."""
    proxy = servers.add(says(b"HTTP/1.1 200 OK\r\n\r\n", then=tcp.close_at_once) if scheme == "http" else
                        says(b"\5\0", b"\5\0\0\1\0\0\0\0\0\0", then=tcp.close_at_once))
    assert json.loads(connprobe("tls://127.0.0.1:1", "--proxy", f"{scheme}://{proxy.target}", "--json").stdout)[
        "results"][0]["error"]["code"] in ENDED
    result = up(connprobe.json("127.0.0.1:1", "--proxy", f"{scheme}://{proxy.target}"))
    assert {warning["code"] for warning in result["warnings"]} <= {"closed_at_once"}


def test_waiting_for_a_server_behind_a_proxy_to_be_gone(connprobe, servers):
    """It is the proxy that says so; a proxy that is gone itself says nothing of its server."""
    refusing, proxy = servers.add(SocksProxy(reply=5)), servers.refusing()
    done = connprobe("wait", "--down", "db:1", "--proxy", f"socks5h://{refusing.target}")
    assert done.returncode == 0, done.stderr
    document, done = connprobe.json("wait", "--down", "db:1", "--proxy", f"socks5h://{proxy.target}", "--max-attempts", "1")
    assert document["results"][0]["status"] == "unknown" and done.returncode == 1
