"""Each protocol that changes to TLS when it is asked to, right and wrong, end to end."""
import json
import struct

import pytest

from support import tcp, tls
from support.failures import Expected
from support.proxies import HttpProxy

HOST = "127.0.0.1"
OUR_LINE = object()  # waits for what the client says, which ends with a line end
OUR_BYTES = object()  # the same for a protocol without lines


def speak(*acts, then=tcp.hold):
    """Says each text and listens where an act says so, then goes on as `then` does."""
    def handler(connection):
        for act in acts:
            if act is OUR_BYTES:
                if not connection.recv(65536):
                    return
            elif act is OUR_LINE:
                heard = b""
                while not heard.endswith(b"\n"):
                    more = connection.recv(1)
                    if not more:
                        return
                    heard += more
            else:
                connection.sendall(act)
        then(connection)
    return handler


def mysql_packet(content):
    return struct.pack("<I", len(content)) + content


def mysql_greeting(capabilities=0xffff):
    return mysql_packet(b"\x0a8.0.36\0" + b"\1\2\3\4" + b"saltsalt\0" + struct.pack("<H", capabilities) +
                        b"\x2d\x02\x00" + bytes(13))


LDAP_AGREES = bytes.fromhex("300c02010178070a010004000400")
EHLO_OFFER = b"250-mail.example.com\r\n250-STARTTLS\r\n250 SIZE 1000\r\n"
IMAP_OFFER = b"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK done\r\n"

# What a good server of the protocol says before it shakes hands.
AGREEING = {
    "smtp": (b"220-mail.example.com\r\n220 ready\r\n", OUR_LINE, EHLO_OFFER, OUR_LINE, b"220 go on\r\n"),
    "imap": (b"* OK ready\r\n", OUR_LINE, IMAP_OFFER, OUR_LINE, b"a2 OK go on\r\n"),
    "pop3": (b"+OK ready\r\n", OUR_LINE, b"+OK go on\r\n"),
    "ftp": (b"220-welcome\r\nto this server\r\n220 ready\r\n", OUR_LINE, b"234 go on\r\n"),
    "ldap": (OUR_BYTES, LDAP_AGREES),
    "postgres": (OUR_BYTES, b"S"),
    "mysql": (mysql_greeting(),),
}


def after_the_request_of(protocol, then):
    """MySQL's client announces TLS in a packet of its own, just before its ClientHello."""
    def handler(connection):
        if protocol == "mysql":
            header = connection.recv(4)
            if len(header) < 4:
                return
            left = struct.unpack("<I", header)[0] & 0xffffff
            while left:
                left -= len(connection.recv(left))
        then(connection)
    return handler


@pytest.fixture(scope="module")
def authority():
    return tls.Authority("test authority")


@pytest.fixture
def secured(authority):
    return tls.handshake(authority.issue(HOST).server_context())


@pytest.fixture
def probe(connprobe, servers, authority, tmp_path):
    """Probes a server that is treated so, trusting the test's authority."""
    ca_file = authority.write(tmp_path)

    def run(protocol, handler, *arguments):
        server = servers.add(handler)
        return connprobe("--starttls", protocol, server.target, "--cacert", ca_file, "--json", *arguments)
    return run


def refused(message, hint=r"\w"):
    return Expected("starttls_refused", "tls", "tls", message, hint)


def not_tls(message, hint=r"\w"):
    return Expected("not_tls", "tls", "tls", message, hint)


@pytest.mark.parametrize("protocol", AGREEING)
def test_a_server_that_agrees_is_up_with_its_certificate_verified(probe, secured, protocol):
    done = probe(protocol, speak(*AGREEING[protocol], then=after_the_request_of(protocol, secured)))
    result, = json.loads(done.stdout)["results"]
    assert done.returncode == 0, result
    assert result["status"] == "up" and result["tls"]["verified"] is True and not result["warnings"]
    assert result["latency_ms"]["check"] is None


@pytest.mark.parametrize("protocol", AGREEING)
def test_a_certificate_that_is_not_right_is_told_as_ever(probe, authority, protocol):
    other = tls.handshake(authority.issue("other.example.com").server_context())
    done = probe(protocol, speak(*AGREEING[protocol], then=after_the_request_of(protocol, other)))
    Expected("hostname_mismatch", "tls", "tls", "other.example.com").check(done)


@pytest.mark.parametrize("protocol", AGREEING)
def test_plain_text_behind_the_agreement_is_refused(probe, secured, protocol):
    *before, agreement = AGREEING[protocol]
    done = probe(protocol, speak(*before, agreement + b"250 slipped in\r\n", then=after_the_request_of(protocol, secured)))
    not_tls('agreed to change to TLS and went on in plain text: "250 slipped in"', "slips text in").check(done)


@pytest.mark.parametrize("protocol", AGREEING)
def test_plain_text_instead_of_a_handshake_is_told_the_same(probe, protocol):
    late = speak(OUR_BYTES, b"250 still plain\r\n")
    done = probe(protocol, speak(*AGREEING[protocol], then=after_the_request_of(protocol, late)))
    not_tls('agreed to change to TLS and went on in plain text: "250 still plain"').check(done)


@pytest.mark.parametrize("protocol", AGREEING)
def test_a_server_that_falls_silent_after_it_agreed_ends_with_the_limit(probe, protocol):
    done = probe(protocol, speak(*AGREEING[protocol]), "--tls-timeout", "300ms")
    expected = Expected("tls_timeout", "timeout", "tls", r"sent nothing within 300 ms \(tls_timeout\)", "had agreed")
    assert expected.check(done)["elapsed_ms"] >= 300


@pytest.mark.parametrize("protocol", AGREEING)
def test_a_silent_server_ends_with_the_limit(probe, protocol):
    done = probe(protocol, tcp.hold, "--tls-timeout", "200ms")
    Expected("tls_timeout", "timeout", "tls", r"did not send its \w.* within 200 ms \(tls_timeout\)", "starttls").check(done)


@pytest.mark.parametrize("protocol", AGREEING)
@pytest.mark.parametrize("end, code", [(tcp.close_at_once, "connection_closed"), (tcp.reset, "connection_reset")])
def test_a_server_that_goes_away_is_told_by_how(probe, protocol, end, code):
    before = AGREEING[protocol][:-1]
    if not before:
        before = (mysql_greeting()[:20],)
    handler = speak(*before, then=end)
    Expected(code, "network", "tls", "before its (greeting|answer)").check(probe(protocol, handler))


@pytest.mark.parametrize("protocol", AGREEING)
def test_a_server_of_another_protocol_is_named(probe, protocol):
    done = probe(protocol, tcp.greet(b"SSH-2.0-OpenSSH_9.2p1\r\n"))
    not_tls('"SSH-2.0-OpenSSH_9.2p1", which is not', f"speaks SSH, and starttls says {protocol}").check(done)


@pytest.mark.parametrize("protocol", ["ldap", "postgres"])
def test_a_port_that_speaks_TLS_already_is_told(probe, protocol):
    done = probe(protocol, speak(OUR_BYTES, bytes.fromhex("15030100020246")))
    refused("which is not", "speaks TLS already: leave out starttls").check(done)


@pytest.mark.parametrize("protocol, acts, message", [
    ("smtp", (b"554 not you\r\n",), '"554 not you" as its greeting'),
    ("smtp", (b"421 busy\r\n",), '"421 busy" as its greeting'),
    ("smtp", (b"220 hi\r\n", OUR_LINE, b"250-SIZE 10\r\n250 HELP\r\n"), "does not offer STARTTLS"),
    ("smtp", (b"220 hi\r\n", OUR_LINE, b"502 what?\r\n"), '"502 what\\?" instead of its answer to EHLO'),
    ("smtp", (b"220 hi\r\n", OUR_LINE, EHLO_OFFER, OUR_LINE, b"454 not now\r\n"), '"454 not now" instead'),
    ("imap", (b"* BYE full\r\n",), '"\\* BYE full" as its greeting'),
    ("imap", (b"* PREAUTH hi\r\n",), "takes us for logged in"),
    ("imap", (b"* OK hi\r\n", OUR_LINE, b"* CAPABILITY IMAP4rev1\r\na1 OK\r\n"), "does not offer STARTTLS"),
    ("imap", (b"* OK hi\r\n", OUR_LINE, IMAP_OFFER, OUR_LINE, b"a2 NO key gone\r\n"), '"a2 NO key gone" instead'),
    ("pop3", (b"-ERR busy\r\n",), '"-ERR busy" as its greeting'),
    ("pop3", (b"+OK hi\r\n", OUR_LINE, b"-ERR what?\r\n"), '"-ERR what\\?" instead of its answer to STLS'),
    ("ftp", (b"421 full\r\n",), '"421 full" as its greeting'),
    ("ftp", (b"220 hi\r\n", OUR_LINE, b"500 what?\r\n"), '"500 what\\?" instead of its answer to AUTH TLS'),
    ("ldap", (OUR_BYTES, bytes.fromhex("300e02010178090a013404000402") + b"no"), r'result 52 \(unavailable\): "no"'),
    ("ldap", (OUR_BYTES, bytes.fromhex("300c02010078070a013404000400")), "notice of disconnection"),
    ("postgres", (OUR_BYTES, b"N"), "answered SSLRequest with N"),
    ("postgres", (OUR_BYTES, b"E\0\0\0\x19SFATAL\0C53300\0Mfull\0\0"), r'error: "full" \(53300\)'),
    ("mysql", (mysql_greeting(0xf7ff),), "does not offer TLS in its greeting"),
    ("mysql", (mysql_packet(b"\xff\x69\x04Host is blocked"),), 'error 1129: "Host is blocked"'),
    ("mysql", (mysql_packet(b"\xff\x10\x04Too many connections"),), 'error 1040: "Too many connections"'),
])
def test_a_refusal_is_told_in_the_words_of_the_server(probe, protocol, acts, message):
    refused(message).check(probe(protocol, speak(*acts)))
    refused(message).check(probe(protocol, speak(*acts, then=tcp.close_at_once)))


@pytest.mark.parametrize("protocol, text", [("smtp", b"220-more\r\n"), ("ftp", b"220-more\r\n"), ("imap", b"* OK x"),
                                            ("pop3", b"+OK more")])
def test_an_endless_greeting_is_cut(probe, protocol, text):
    def forever(connection):
        while True:
            connection.sendall(text * 1000)
    done = probe(protocol, forever)
    Expected("reply_too_large", "check", "tls", "more than 64 KiB, and its greeting had no end").check(done)


def test_a_dripping_greeting_ends_with_the_limit(probe):
    def drip(connection):
        while True:
            connection.sendall(b"220-more\r\n")
            connection.settimeout(0.02)
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                pass
    done = probe("smtp", drip, "--tls-timeout", "300ms")
    Expected("tls_timeout", "timeout", "tls", "did not finish its greeting within 300 ms").check(done)


def test_hostile_text_of_a_refusal_reaches_no_terminal(connprobe, servers):
    server = servers.add(speak(b"554 \x1b[2J\xc2\x9b31m\xe2\x80\xaeno\r\n"))
    done = connprobe("--starttls", "smtp", server.target)
    for raw in ("\x1b", "\x9b", "\u202e"):
        assert raw not in done.stdout + done.stderr


def test_a_check_of_PostgreSQL_goes_over_TLS(connprobe, servers, authority, tmp_path):
    ca_file = authority.write(tmp_path)
    demand = b"R\0\0\0\x08\0\0\0\x05"
    secured = tls.handshake(authority.issue(HOST).server_context(), then=tcp.answer(demand + b"salt"))
    server = servers.add(speak(OUR_BYTES, b"S", then=secured))
    document, done = connprobe.json(f"postgres://{server.target}", "--starttls", "postgres", "--cacert", ca_file)
    result, = document["results"]
    assert result["status"] == "up", result["error"]
    assert result["tls"]["verified"] is True and result["check"]["type"] == "postgres"
    assert done.returncode == 0


def test_the_name_that_we_say_is_our_address(connprobe, servers):
    heard = []

    def listen(connection):
        connection.sendall(b"220 hi\r\n")
        heard.append(connection.recv(4096))
    server = servers.add(listen)
    connprobe("--starttls", "smtp", server.target)
    assert heard == [b"EHLO [127.0.0.1]\r\n"]


def test_connections_that_are_warmed_change_to_TLS_each_for_itself(connprobe, servers, authority, tmp_path):
    ca_file = authority.write(tmp_path)
    demand = b"R\0\0\0\x08\0\0\0\x05"
    secured = tls.handshake(authority.issue(HOST).server_context(), then=tcp.answer(demand + b"salt"))
    server = servers.add(speak(OUR_BYTES, b"S", then=secured))
    document, done = connprobe.json("warm", f"postgres://{server.target}", "--starttls", "postgres", "--cacert", ca_file,
                                    "--connections", "3")
    result, = document["results"]
    assert result["connections"]["opened"] == 3 and done.returncode == 0, result
    assert server.accepted == 3


def test_the_time_of_the_dialogue_is_time_of_the_phase_tls(probe, secured):
    patient = speak(b"220 hi\r\n", OUR_LINE, EHLO_OFFER, OUR_LINE, then=tcp.hold)
    done = probe("smtp", patient, "--tls-timeout", "10s", "-t", "700ms")
    expected = Expected("tls_timeout", "timeout", "tls", r"did not send its answer to STARTTLS within 700 ms \(timeout\)")
    assert expected.check(done)["latency_ms"]["tls"] >= 300


@pytest.mark.parametrize("protocol", AGREEING)
def test_it_is_the_same_through_a_proxy_that_speaks_TLS_itself(probe, servers, authority, secured, protocol):
    proxy = servers.add(tls.handshake(authority.issue(HOST).server_context(), then=HttpProxy()))
    done = probe(protocol, speak(*AGREEING[protocol], then=after_the_request_of(protocol, secured)),
                 "--proxy", f"https://{proxy.target}")
    result, = json.loads(done.stdout)["results"]
    assert (done.returncode, result["error"], result["tls"]["verified"]) == (0, None, True)
