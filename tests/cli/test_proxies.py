"""Ways through proxies, and what they say of the servers behind them."""
import json
import ssl

import pytest

from support import tcp, tls
from support.failures import Expected, up
from support.proxies import HttpProxy, SocksProxy, read_exactly, read_head

SCHEMES = ["http", "socks5", "socks5h"]
BANNER = b"SSH-2.0-OpenSSH_9.2p1\r\n"


def proxy_for(scheme, **options):
    return (HttpProxy if scheme == "http" else SocksProxy)(**options)


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
    ("HTTP/1.1 OK", "proxy_unexpected_reply", "proxy", 'malformed HTTP .invalid HTTP status code.; it begins with "HTTP/1.1 OK"'),
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


def over_tls(leaf, handler, clients_of=None):
    """`clients_of`: a file with the authority that clients must come from."""
    context = leaf.server_context()
    if clients_of:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients_of)

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


def test_a_proxy_is_told_by_its_url_alone(connprobe, servers, authority, tmp_path):
    """Neither tls.server_name nor --cert are for a proxy."""
    ca = authority.write(tmp_path)
    other = servers.add(over_tls(authority.issue("proxy.test"), HttpProxy()))
    Expected("hostname_mismatch", "proxy", "proxy", "the certificate is for proxy.test and ends ",
             rf"name that its certificate holds: https://proxy.test:{other.port}$").check(
        connprobe("db:1", "--proxy", f"https://{other.target}", "--cacert", ca, "--json"))
    strict = servers.add(over_tls(authority.issue("127.0.0.1"), HttpProxy(), clients_of=ca))
    Expected("client_certificate_required", "auth", "proxy", "the server demands a client certificate",
             "connprobe shows a proxy no client certificate").check(
        connprobe("db:1", "--proxy", f"https://{strict.target}", "--cacert", ca, "--json"))


def test_the_table_shows_address_and_port_of_the_proxy(connprobe, servers):
    proxy = servers.add(HttpProxy())
    assert proxy.target in connprobe("db.internal:1", "--proxy", f"http://{proxy.target}").stdout.splitlines()[1]


def test_a_plain_proxy_that_was_taken_for_one_of_tls(connprobe, servers, greeter):
    proxy = servers.add(tcp.answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    done = connprobe(greeter.target, "--proxy", f"https://{proxy.target}", "--json")
    Expected("not_tls", "proxy", "proxy", r'^TLS with the proxy 127.0.0.1:\d+: the server said "HTTP/1.1 400',
             rf"write http://{proxy.target}$").check(done)


def test_a_server_of_its_own_needs_no_proxy(connprobe, servers, greeter, tmp_path):
    listed = tmp_path / "s.yaml"
    listed.write_text("defaults: {proxy: 'socks5h://127.0.0.1:9', proxy_timeout: 1s}\nservers:\n"
                      f"- {{host: 127.0.0.1, port: {greeter.port}, proxy: false}}\n"
                      f"- {{name: b, host: 127.0.0.1, port: {greeter.port}, proxy: none}}\n")
    document, done = connprobe.json("-s", listed)
    assert done.returncode == 0 and document["summary"]["up"] == 2


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


def test_waiting_for_a_server_behind_a_proxy_to_be_gone(connprobe, servers):
    """It is the proxy that says so; a proxy that is gone itself says nothing of its server."""
    refusing, proxy = servers.add(SocksProxy(reply=5)), servers.refusing()
    done = connprobe("wait", "--down", "db:1", "--proxy", f"socks5h://{refusing.target}")
    assert done.returncode == 0, done.stderr
    document, done = connprobe.json("wait", "--down", "db:1", "--proxy", f"socks5h://{proxy.target}", "--max-attempts", "1")
    assert document["results"][0]["status"] == "unknown" and done.returncode == 1
