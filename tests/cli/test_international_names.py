"""Names beyond ASCII, names that end in a dot, and addresses with a zone."""
import pytest

from support import dns, tcp
from support.failures import Expected
from support.namespace import MAY_MAKE, Namespace


def only(document):
    result, = document["results"]
    return result


@pytest.mark.parametrize("written, asked", [
    ("bücher.test", "xn--bcher-kva.test"), ("BÜCHER.test", "xn--bcher-kva.test"),
    ("faß.test", "xn--fa-hia.test"), ("例え.test", "xn--r8jz45g.test"), ("bücher。test", "xn--bcher-kva.test"),
    ("_sip.bücher.test", "_sip.xn--bcher-kva.test"), ("xn--bcher-kva.test", "xn--bcher-kva.test"),
    ("bücher.test.", "xn--bcher-kva.test"),
])
def test_a_name_is_asked_for_in_its_ascii_form_and_shown_as_written(connprobe, servers, written, asked):
    port = servers.add().port
    with dns.Server({asked: dns.address("127.0.0.1")}) as server:
        document, done = connprobe.json(f"{written}:{port}", "--resolver", server.resolver)
        assert {name for name, _ in server.questions} == {asked}
    assert done.returncode == 0
    assert only(document)["name"] == only(document)["target"] == f"{written}:{port}"
    assert only(document)["host"].rstrip(".") == asked


def test_a_list_and_resolve_take_them_too(connprobe, servers, tmp_path):
    port = servers.add().port
    listed = tmp_path / "servers.yaml"
    listed.write_text(f"- {{host: bücher.test, port: {port}}}\n- url: tcp://bücher.test:{port}\n", encoding="utf-8")
    document, done = connprobe.json("-s", listed, "--resolve", f"bücher.test:{port}:127.0.0.1", "--resolver", "dns:127.0.0.1:9")
    assert done.returncode == 0
    assert [result["name"] for result in document["results"]] == [f"bücher.test:{port}", f"tcp://bücher.test:{port}"]


@pytest.mark.parametrize("name, wrong", [
    ("a\u200bü.test", "invisible character"),
    ("ü..test", 'becomes "xn--tda..test", which has an empty label'),
    ("１２７.0.0.1", "is an address in unusual digits: write 127.0.0.1"),
    ("ü" * 64 + ".test", "no internationalized name (IDNA 2008)"),
    ("-ü.test", "no internationalized name (IDNA 2008)"),
    ("ab--ü.test", "no internationalized name (IDNA 2008)"),
    ("☃☃\u0378.test", "no internationalized name (IDNA 2008)"),
])
def test_what_can_be_no_such_name_is_refused_as_input(connprobe, name, wrong):
    done = connprobe("--resolver", "dns:127.0.0.1:9", "--", f"{name}:80")
    assert done.returncode == 2
    assert wrong in done.stderr


def requests_of(connprobe, servers, target, *options):
    heard = []

    def listen(connection):
        heard.append(connection.recv(65536).decode())
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        tcp.hold(connection)
    port = servers.add(listen).port
    done = connprobe(target.format(port=port), *[option.format(port=port) for option in options])
    assert done.returncode == 0, done.stdout + done.stderr
    return heard[0].split("\r\n"), port


def test_the_host_header_has_the_ascii_form(connprobe, servers):
    lines, port = requests_of(connprobe, servers, "http://bücher.test:{port}/", "--resolve",
                              "bücher.test:{port}:127.0.0.1")
    assert f"Host: xn--bcher-kva.test:{port}" in lines


def test_the_host_header_has_no_dot_at_its_end(connprobe, servers):
    lines, port = requests_of(connprobe, servers, "http://web.test.:{port}/", "--resolve", "web.test.:{port}:127.0.0.1")
    assert f"Host: web.test:{port}" in lines


def test_a_name_that_ends_in_a_dot_is_not_searched_for(connprobe):
    conf = "nameserver 127.0.0.1\nsearch corp.test\noptions ndots:5\n"
    if not MAY_MAKE:
        pytest.skip("needs root and ip(8)")
    with Namespace(resolv_conf=conf) as namespace, namespace.entered(), dns.Server({}, port=53) as server:
        done = connprobe.inside(namespace)("web.test.:80", "--resolver", "dns", "--json")
        assert {name for name, _ in server.questions} == {"web.test"}
    Expected("host_not_found", "dns", "resolve", "NXDOMAIN").check(done)


@pytest.fixture
def link():
    """A namespace whose loopback interface has the link-local address fe80::77."""
    if not MAY_MAKE:
        pytest.skip("needs root and ip(8)")
    with Namespace(addresses=["fe80::77/64"]) as namespace:
        yield namespace


@pytest.mark.parametrize("target", ["[fe80::77%lo]:{}", "tcp://[fe80::77%25lo]:{}", "tcp://[fe80::77%lo]:{}"])
def test_a_zone_says_through_which_interface(connprobe, link, target):
    with link.entered(), tcp.Servers() as servers:
        port = servers.add(host="::").port
        document, done = connprobe.inside(link).json(target.format(port))
    assert done.returncode == 0, done.stderr
    assert only(document)["address"] == "fe80::77%lo"
    assert only(document)["target"] == target.format(port)


def test_a_source_may_have_a_zone(connprobe, link):
    with link.entered(), tcp.Servers() as servers:
        port = servers.add(host="::").port
        done = connprobe.inside(link)(f"[fe80::77%lo]:{port}", "--source", "fe80::77%lo")
    assert done.returncode == 0, done.stdout


def test_the_host_header_has_no_zone(connprobe, link):
    with link.entered(), tcp.Servers() as servers:
        heard = []

        def listen(connection):
            heard.append(connection.recv(65536).decode())
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        port = servers.add(listen, host="::").port
        done = connprobe.inside(link)(f"http://[fe80::77%25lo]:{port}/")
    assert done.returncode == 0, done.stdout
    assert f"Host: [fe80::77]:{port}" in heard[0].split("\r\n")


def unreachable(message, hint="ip -br link"):
    return Expected("network_unreachable", "network", "connect", message, hint)


def test_a_zone_that_is_no_interface_is_told(connprobe):
    done = connprobe("[fe80::1%nope0]:22", "--json")
    result = unreachable(r"^this machine has no interface nope0, through which \[fe80::1%nope0\]:22 would be reached").check(done)
    assert result["address"] == "fe80::1%nope0"


def test_a_link_local_address_without_a_zone_is_told(connprobe):
    done = connprobe("[fe80::1]:22", "--json")
    unreachable(r"^\[fe80::1\]:22 is a link-local address without its interface", r"write \[fe80::1%eth0\]:22").check(done)


@pytest.mark.parametrize("host, wrong", [
    ("[fe80::1%]", "no interface after the %"), ("[fe80::1%a b]", "no name of an interface"),
    ("[fe80::1%longer-than-fifteen]", "no name of an interface"), ("[fe80::g%eth0]", "is no IPv6 address"),
])
def test_what_can_be_no_zone_is_refused_as_input(connprobe, host, wrong):
    done = connprobe(f"{host}:22")
    assert done.returncode == 2
    assert wrong in done.stderr
