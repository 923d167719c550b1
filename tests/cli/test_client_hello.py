"""What is asked for in the ClientHello is what the user asked for: name, protocols and versions."""
import json

import pytest

from support import dns
from support.client_hello import ClientHello


@pytest.fixture
def hello(connprobe, servers):
    """Probes a server that only listens to the ClientHello, and returns it; {port} in an argument is the server's."""
    def run(*arguments, host="127.0.0.1", listed=None):
        heard = []
        server = servers.add(lambda connection: heard.append(connection.recv(65536)), host=host)
        if listed:
            arguments = (*arguments, "-s", "-")
            listed = json.dumps([{"port": server.port, **listed}])
        fate = dns.address("127.0.0.1")
        with dns.Server({"db.example": fate, "xn--bcher-kva.example": fate}) as names:
            document, _ = connprobe.json(*(word.format(port=server.port) for word in arguments),
                                         "--resolver", names.resolver, input=listed)
            assert servers.wait_until(lambda: heard), document
        return ClientHello(heard[0])
    return run


@pytest.mark.parametrize("arguments, host, name", [
    (["tls://db.example.:{port}"], "127.0.0.1", "db.example"),
    (["https://db.example.:{port}/"], "127.0.0.1", "db.example"),
    (["tls://bücher.example.:{port}"], "127.0.0.1", "xn--bcher-kva.example"),
    (["rediss://db.example.:{port}"], "127.0.0.1", "db.example"),
    (["tls://127.0.0.1:{port}"], "127.0.0.1", None),
    (["tls://[::1]:{port}"], "::1", None),
    (["tls://127.0.0.1:{port}", "--server-name", "api.example"], "127.0.0.1", "api.example"),
    (["tls://db.example.:{port}", "--server-name", "api.example."], "127.0.0.1", "api.example"),
    (["tls://db.example.:{port}", "--server-name", "192.0.2.1"], "127.0.0.1", None),
    (["tls://db.example.:{port}", "--server-name", "2001:db8::1"], "127.0.0.1", None),
    (["tls://127.0.0.1:{port}", "--insecure"], "127.0.0.1", None),
    (["tls://db.example.:{port}", "--insecure"], "127.0.0.1", "db.example"),
])
def test_the_name_is_the_one_that_is_verified_and_never_an_address(hello, arguments, host, name):
    assert hello(*arguments, host=host).server_name == name


def test_a_server_that_is_connected_to_elsewhere_is_asked_for_by_its_name(hello):
    assert hello(listed={"host": "api.example", "address": "127.0.0.1", "tls": True}).server_name == "api.example"


@pytest.mark.parametrize("arguments, alpn", [
    ([], []),
    (["--alpn", "h2"], ["h2"]),
    (["--alpn", "h2,http/1.1"], ["h2", "http/1.1"]),
])
def test_the_protocols_are_offered_in_their_order(hello, arguments, alpn):
    assert hello("tls://127.0.0.1:{port}", *arguments).alpn == alpn


@pytest.mark.parametrize("arguments, versions", [
    ([], ["1.3", "1.2"]),
    (["--tls-min", "1.3"], ["1.3"]),
    (["--tls-max", "1.2"], ["1.2"]),
    (["--tls-min", "1.2", "--tls-max", "1.2"], ["1.2"]),
    (["--tls-min", "TLSv1.3", "--tls-max", "TLS13"], ["1.3"]),
])
def test_only_the_versions_that_are_wanted_are_offered(hello, arguments, versions):
    assert hello("tls://127.0.0.1:{port}", *arguments).versions == versions
