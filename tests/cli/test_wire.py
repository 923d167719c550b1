"""What goes over the wire and what does not: no byte too many, no question too many, and a polite end."""
import json
import ssl

import pytest

from support import dns, tcp, tls, wire

pytestmark = pytest.mark.skipif(not wire.MAY_WATCH, reason="needs root to watch packets")

BANNER = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def await_end(servers, server):
    """Until the server has seen the end of all connections. The packets are all there when the watch is left."""
    assert servers.wait_until(lambda: server.accepted and not servers.open), "a connection was left open"


def assert_polite(connection, port):
    """The client ended it with FIN. Only what a server says after that may be answered with a reset, by the kernel."""
    own = [packet for packet in connection if packet.destination_port == port]
    end = next((packet for packet in own if packet.flags & wire.FIN), None)
    assert end, connection
    if any(packet.flags & wire.RST for packet in own):
        assert any(packet.payload for packet in connection[connection.index(end):] if packet.source_port == port)


@pytest.mark.parametrize("handler", [tcp.hold, tcp.greet(BANNER), tcp.close_at_once],
                         ids=["silent", "banner", "closing"])
@pytest.mark.parametrize("scheme", ["", "tcp://"])
def test_a_connect_only_probe_sends_no_byte_and_ends_with_fin(connprobe, servers, watch, scheme, handler):
    server = servers.add(handler)
    with watch(server.port) as seen:
        document, _ = connprobe.json(scheme + server.target)
        await_end(servers, server)
    connection, = seen.connections(server.port).values()
    assert document["summary"]["up"] == 1
    assert seen.bytes_to(server.port) == 0
    assert_polite(connection, server.port)


def tcp_steps(*steps):
    return {"check": {"type": "tcp", "steps": list(steps)}}


@pytest.mark.parametrize("handler, more, code", [
    (tcp.greet(BANNER), tcp_steps({"expect": "^SSH-2"}), None),
    (tcp.greet(BANNER), {**tcp_steps({"expect": "^220"}), "check_timeout": "150ms"}, "unexpected_reply"),
    (tcp.hold, tcp_steps({"expect": "^220"}), "check_timeout"),
    (tcp.answer(REPLY), {"check": {"type": "http"}}, None),
    (tcp.answer(REPLY.replace(b"200", b"500")), {"check": {"type": "http"}}, "unexpected_status"),
    (tcp.answer(BANNER), {"check": {"type": "http"}}, "unexpected_reply"),
    (tcp.hold, {"check": {"type": "redis"}}, "check_timeout"),
    (tcp.hold, {"tls": True}, "tls_timeout"),
    (tcp.greet(BANNER), {"tls": True}, "not_tls"),
    (tcp.answer(REPLY), {"tls": True}, "not_tls"),
], ids=lambda value: str(value) if not callable(value) else "")
def test_checks_and_failures_end_with_fin(connprobe, servers, watch, handler, more, code):
    server = servers.add(handler)
    limit = {code: "150ms"} if code and code.endswith("_timeout") else {}
    listed = json.dumps([{"host": "127.0.0.1", "port": server.port, **limit, **more}])
    with watch(server.port) as seen:
        document, _ = connprobe.json("-s", "-", "--timeout", "30s", input=listed)
        await_end(servers, server)
    connection, = seen.connections(server.port).values()
    error = document["results"][0]["error"]
    assert (error and error["code"]) == code, error
    assert_polite(connection, server.port)
    assert not seen.resets_to(server.port)


@pytest.fixture(scope="module")
def authority():
    return tls.Authority()


def goodbye(secured):
    """Reads until the client's close_notify and answers it with its own, as most servers do."""
    tcp.hold(secured)
    secured.unwrap()


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
@pytest.mark.parametrize("scheme, then, trusted", [
    ("tls", tcp.hold, True), ("tls", goodbye, True), ("tls", tcp.hold, False), ("https", tcp.answer(REPLY), True),
], ids=["closes", "says goodbye", "is not trusted", "answers"])
def test_a_tls_server_sees_a_polite_end_too(connprobe, servers, watch, authority, tmp_path, version, scheme, then,
                                            trusted):
    context = authority.issue("127.0.0.1").server_context(maximum_version=ssl.TLSVersion[version])
    server = servers.add(tls.handshake(context, then))
    ca_file = (authority if trusted else tls.Authority("strange")).write(tmp_path)
    with watch(server.port) as seen:
        document, _ = connprobe.json(f"{scheme}://{server.target}", "--cacert", ca_file)
        await_end(servers, server)
    connection, = seen.connections(server.port).values()
    assert document["summary"]["up"] == trusted
    assert_polite(connection, server.port)
    assert not seen.resets_to(server.port)
