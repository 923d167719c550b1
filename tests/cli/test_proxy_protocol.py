"""The header of the PROXY protocol, byte for byte."""
import ipaddress
import json
import struct

import pytest

from support.failures import up


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
