"""The collection of servers whose handshake breaks, one way each, with what is to be said of them."""
import base64
import socket
import ssl
import tempfile

from support import der, forge, tcp, tls
from support import tls_wire as wire
from support.certificate_world import NAME

AUTH, NETWORK, TIMEOUT, TLS = "auth", "network", "timeout", "tls"
SHORT = {"timeout": "20s", "tls_timeout": "700ms"}


class Case:
    """`handler` makes the server's from an Ends; `settings` are keys of the server, `tls` keys of its tls object."""

    def __init__(self, handler, code=None, message=None, hint=r"\w", *, failure_class=TLS, settings=None, **tls_keys):
        self.handler, self.code, self.message, self.hint = handler, code, message, hint
        self.failure_class, self.settings, self.tls = failure_class, settings or {}, tls_keys


class Ends:
    """A certificate that is good, and contexts that present it."""

    def __init__(self, world):
        self.world, self.certificate = world, world.good()
        self.rsa = world.good(key=forge.rsa_key())

    def context(self, version=None, certificate=None, ciphers="DEFAULT:@SECLEVEL=0"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers(ciphers)
        (certificate or self.certificate).load_into(context)
        if version:
            context.minimum_version = context.maximum_version = version
        return context

    def demanding(self, version):
        context = self.context(version)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=forge.pem(self.world.root))
        return context


V1_0, V1_1 = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
V1_2, V1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3

# How far a server comes: whole records, bytes of the next one, and what is said of it.
PLACES = {
    "in its hello": (V1_3, 0, 20, "in the midst of its hello"),
    "in its hello of TLS 1.2": (V1_2, 0, 20, "in the midst of its hello"),
    "after its hello": (V1_3, 1, 0, "after its hello"),
    "after its hello of TLS 1.2": (V1_2, 1, 0, "after its hello"),
    "in its certificate": (V1_3, 3, 100, "after its hello"),
    "in its certificate of TLS 1.2": (V1_2, 1, 100, "after its hello"),
    "after its certificate": (V1_3, 4, 0, "after its certificate"),
    "after its certificate of TLS 1.2": (V1_2, 2, 0, "after its certificate"),
    "before its last word": (V1_3, 5, 0, "after its certificate"),
    "before its last word of TLS 1.2": (V1_2, 3, 0, "after its certificate"),
}


def cut_off(place, then):
    version, whole, some, _ = PLACES[place]
    return lambda ends: wire.cut(ends.context(version), whole, some, then=then)


def after_hello(then):
    def handler(connection):
        wire.read_record(connection)
        then(connection)
    return lambda ends: handler


def plain(handler):
    return lambda ends: handler


def says(*records, then=tcp.hold):
    return plain(wire.say(*records, then=then))


def hang_up(connection):
    """Closes at once, and so that no reset comes of what the client says."""
    connection.shutdown(socket.SHUT_WR)
    tcp.hold(connection)


CUT = {
    "closes at once": Case(plain(hang_up), "connection_closed", "before it had said anything", "TLS port",
                           failure_class=NETWORK),
    "closes after our hello": Case(after_hello(tcp.close_at_once), "connection_closed", "before it had said anything",
                                   "TLS port", failure_class=NETWORK),
    "resets after our hello": Case(after_hello(tcp.reset), "connection_reset", "before it had said anything",
                                   "TLS port", failure_class=NETWORK),
    "says nothing": Case(plain(tcp.hold), "tls_timeout", r"^the server sent nothing within 700 ms \(tls_timeout\)$",
                         "TLS port", failure_class=TIMEOUT, settings=SHORT),
    **{f"closes {place}": Case(cut_off(place, tcp.close_at_once), "connection_closed",
                               f"closed the connection {PLACES[place][3]}$", failure_class=NETWORK)
       for place in PLACES},
    **{f"resets {place}": Case(cut_off(place, tcp.reset), "connection_reset",
                               f"reset the connection {PLACES[place][3]}$", failure_class=NETWORK) for place in PLACES},
    **{f"stops {place}": Case(cut_off(place, tcp.hold), "tls_timeout",
                              rf"within 700 ms \(tls_timeout\): it stopped {PLACES[place][3]}$", "MTU",
                              failure_class=TIMEOUT, settings=SHORT) for place in PLACES},
    "drips": Case(lambda ends: wire.drip(ends.context(), 0.05), "tls_timeout", "in the midst of its hello",
                  failure_class=TIMEOUT, settings=SHORT),
}

_PLAIN = {
    "HTTP": (b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno", "plain HTTP"),
    "HTML": (b"<html><body>Bad Request</body></html>", "plain HTTP"),
    "an old HTTP page": (b"<!DOCTYPE HTML PUBLIC>\n", "plain HTTP"),
    "Redis": (b"-ERR unknown command '\x16\x03\x01', with args beginning with: \r\n", "Redis"),
    "Redis, protected": (b"-DENIED Redis is running in protected mode\r\n", "Redis"),
    "memcached": (b"ERROR\r\n", "memcached"),
    "PostgreSQL": (b"E\0\0\0\x85SFATAL\0VFATAL\0C0A000\0Munsupported frontend protocol\0\0", "PostgreSQL"),
    "LDAP": (b"\x30\x24\x02\x01\0\x78\x1f\x0a\x01\2\4\0\4\0\x8a\x161.3.6.1.4.1.1466.20036", "LDAP"),
    "SOCKS": (b"\5\xff", "SOCKS"),
    "AMQP": (b"AMQP\0\0\x09\x01", "AMQP"),
    "an echo": (None, "echo"),
    "nonsense": (b"what?\n", "TLS port"),
    "binary nonsense": (bytes(range(128, 200)), "TLS port"),
    "zeros": (bytes(50), "TLS port"),
    "SSL 2": (b"\x80\x2e\x04\0\x01\0\x02" + bytes(40), "TLS port"),
    "a record of no kind": (b"\x18\x03\x03\0\x05hello", "TLS port"),
    "a record of version 5": (b"\x16\x05\x05\0\x05hello", "TLS port"),
}
_GREETINGS = {
    "SSH": (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "speaks SSH"),
    "SMTP": (b"220 mx.example.org ESMTP Postfix\r\n", "SMTP: .*--starttls smtp"),
    "FTP": (b"220 (vsFTPd 3.0.3)\r\n", "FTP: .*--starttls ftp"),
    "FTP in many lines": (b"220-Welcome\r\n220-to this\r\n220 ftp\r\n", "FTP"),
    "IMAP": (b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", "IMAP"),
    "POP3": (b"+OK POP3 ready <1@example.org>\r\n", "POP3"),
    "MySQL": (b"\x4a\0\0\0\x0a8.0.35\0\x08\0\0\0abcdefgh\0", "MySQL"),
    "MySQL that does not want us": (b"\x45\0\0\0\xff\x6a\x04Host 'x' is not allowed to connect", "MySQL"),
    "VNC": (b"RFB 003.008\n", "VNC"),
    "rsync": (b"@RSYNCD: 31.0\n", "rsync"),
    "telnet": (b"\xff\xfd\x18\xff\xfd\x20", "telnet"),
    "NNTP": (b"200 news.example.org ready\r\n", "NNTP"),
    "IRC": (b":irc.example.org NOTICE * :*** Looking up your hostname\r\n", "IRC"),
    "gRPC": (b"\0\0\x06\x04\0\0\0\0\0\0\x05\0\0\x40\0", "HTTP/2"),
    "NATS": (b"INFO {\"server_id\":\"x\"}\r\n", "NATS"),
}


def echo(connection):
    while chunk := connection.recv(65536):
        connection.sendall(chunk)


def drip_text(text):
    def handler(connection):
        for byte in text:
            connection.sendall(bytes([byte]))
        tcp.hold(connection)
    return handler


def greet_and_close(banner):
    return plain(lambda connection: connection.sendall(banner))


def not_tls(handler, hint):
    return Case(handler, "not_tls", "which is not TLS$", hint)


PLAIN = {
    **{f"answers like {who}": not_tls(plain(tcp.answer(text) if text else echo), hint)
       for who, (text, hint) in _PLAIN.items()},
    **{f"greets like {who}": not_tls(plain(tcp.greet(text)), hint) for who, (text, hint) in _GREETINGS.items()},
    **{f"greets like {who} and closes": not_tls(greet_and_close(text), hint)
       for who, (text, hint) in _GREETINGS.items()},
    "drips an answer of HTTP": not_tls(plain(drip_text(b"HTTP/1.1 ")), "plain HTTP"),
}

# Alerts that come in place of a hello; any other number is a handshake_failure.
_ALERTS = {
    0: ("connection_closed", NETWORK), 40: ("no_shared_cipher", TLS), 41: ("client_certificate_required", AUTH),
    49: ("forbidden", AUTH), 60: ("no_shared_cipher", TLS), 70: ("protocol_version", TLS),
    71: ("no_shared_cipher", TLS), 86: ("protocol_version", TLS), 116: ("client_certificate_required", AUTH),
    120: ("no_shared_alpn", TLS),
    **dict.fromkeys((42, 43, 44, 45, 46, 48, 111, 114), ("client_certificate_rejected", AUTH)),
}


def alert_case(number):
    code, failure_class = _ALERTS.get(number, ("handshake_failure", TLS))
    message = "closed the connection" if number == 0 else r"\(alert [a-z_]+\)$|has no name$"
    return Case(says(wire.alert(number)), code, message, failure_class=failure_class, alpn=["h2"])


ALERTS = {f"alert {number}": alert_case(number)
          for number in (*range(0, 61, 10), *range(41, 52), 21, 22, 70, 71, 80, 86, 90, *range(100, 122), 200, 255)}

HELLO = wire.server_hello()
RETRY = bytes.fromhex("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C")  # RFC 8446 §4.1.3


def hello_1_3(group=29, share=None, version=wire.TLS_1_3, cipher=wire.TLS_AES_128, session=None, times=1, **others):
    """Answers with a hello of TLS 1.3, made for our session; with a group alone it is a HelloRetryRequest."""
    key = group.to_bytes(2, "big") + (wire.sized(share, 2) if share is not None else b"")
    extensions = (wire.extension(wire.SUPPORTED_VERSIONS, version.to_bytes(2, "big")),
                  wire.extension(wire.KEY_SHARE, key))

    def handler(connection):
        for _ in range(times):
            kept = wire.session_of(wire.read_hello(connection)) if session is None else session
            hello = wire.server_hello(cipher=cipher, extensions=extensions, session=kept, **others)
            connection.sendall(wire.record(hello))
        tcp.hold(connection)
    return plain(handler)


def ske(ends, curve=23, signature=b"\x30\x06\x02\x01\x01\x02\x01\x01"):
    """A ServerKeyExchange on some curve, signed with nonsense."""
    point = forge.spki(ends.certificate.key)[-65:]
    body = b"\3" + curve.to_bytes(2, "big") + wire.sized(point, 1) + b"\x04\x03" + wire.sized(signature, 2)
    return wire.record(wire.message(12, body))


def with_key_exchange(**others):
    def make(ends):
        return wire.say(wire.record(HELLO), wire.record(wire.certificates(ends.certificate.der)), ske(ends, **others),
                        wire.record(wire.hello_done()))
    return make


def staple(answer):
    """Promises an OCSP answer in its hello, and sends this one."""
    def make(ends):
        hello = wire.server_hello(extensions=(wire.extension(5, b""),))
        status = wire.message(22, b"\1" + wire.sized(answer, 3))
        return wire.say(wire.record(hello), wire.record(wire.certificates(ends.certificate.der)), wire.record(status))
    return make


def chosen(extension):
    return says(wire.record(wire.server_hello(extensions=(extension,))))


BROKEN = {
    "chooses TLS 1.0": Case(lambda ends: tls.handshake(ends.context(V1_0)), "protocol_version", r"TLS 1\.2 to 1\.3"),
    "chooses TLS 1.1": Case(lambda ends: tls.handshake(ends.context(V1_1)), "protocol_version", r"TLS 1\.2 to 1\.3"),
    "chooses TLS 1.1, whatever was offered": Case(
        says(wire.record(wire.server_hello(wire.TLS_1_1), version=wire.TLS_1_1)), "protocol_version",
        r"chose TLS 1\.1"),
    "chooses SSL 3.0": Case(says(wire.record(wire.server_hello(0x0300), version=0x0300)), "protocol_version",
                            r"chose SSL 3\.0"),
    "chooses a TLS of the future": Case(hello_1_3(version=0x0305, share=bytes(32)), "protocol_version", r"\w"),
    "chooses TLS 1.2 where 1.3 is demanded": Case(lambda ends: tls.handshake(ends.context(V1_2)), "protocol_version",
                                                  r"TLS 1\.3", min_version="1.3"),
    "chooses TLS 1.3 where 1.2 is demanded": Case(lambda ends: tls.handshake(ends.context(V1_3)), "protocol_version",
                                                  r"TLS 1\.2", max_version="1.2"),
    "says that it could do better": Case(says(wire.record(wire.server_hello(random=bytes(24) + b"DOWNGRD\1"))),
                                         "protocol_version", r"newer TLS version", "in between"),
    "an alert of SSL 3.0": Case(says(wire.record(b"\2\x28", wire.ALERT, 0x0300)), "no_shared_cipher",
                                "handshake_failure"),

    "chooses a cipher that was not offered": Case(says(wire.record(wire.server_hello(cipher=5))), "no_shared_cipher",
                                                  "cipher suite"),
    "chooses a cipher that does not exist": Case(says(wire.record(wire.server_hello(cipher=0xFEFE))),
                                                 "no_shared_cipher", "cipher suite"),
    "chooses a cipher of TLS 1.3 in 1.2": Case(says(wire.record(wire.server_hello(cipher=0x1301))),
                                               "no_shared_cipher", "cipher suite"),
    "chooses a cipher of TLS 1.2 in 1.3": Case(hello_1_3(cipher=0xC02B, share=bytes(32)), "no_shared_cipher",
                                               "cipher suite"),
    "has ciphers for another key only": Case(
        lambda ends: tls.handshake(ends.context(V1_2, ciphers="ECDHE-RSA-AES128-GCM-SHA256")), "no_shared_cipher",
        "cipher suite"),
    "has small Diffie-Hellman groups only": Case(lambda ends: tls.handshake(small_group(ends)), "no_shared_cipher",
                                                 "Diffie-Hellman"),
    "has groups only that nobody offers": Case(lambda ends: tls.handshake(other_curve(ends)), "no_shared_cipher",
                                               r"group"),
    "chooses a curve that was not offered": Case(with_key_exchange(curve=19), "no_shared_cipher", "curve"),
    "chooses a group that was not offered": Case(hello_1_3(group=0x0100, share=bytes(256)), "no_shared_cipher",
                                                 "group"),
    "asks for a group that was not offered": Case(hello_1_3(group=0x2A2A, random=RETRY), "no_shared_cipher", "group"),
    "asks for the group that it was sent": Case(hello_1_3(group=29, random=RETRY), "no_shared_cipher", "group"),
    "asks for another group twice": Case(hello_1_3(group=23, random=RETRY, times=2), "handshake_failure", r"\w"),
    "has a certificate of a curve that nobody offers": Case(
        lambda ends: tls.handshake(ends.context(certificate=ends.world.good(key=forge.brainpool_key()))),
        "no_shared_cipher", "signature"),
    "a share of no point": Case(hello_1_3(share=bytes(32)), "no_shared_cipher", "of no use"),
    "a share that is too short": Case(hello_1_3(share=bytes(5)), "handshake_failure", r"\w"),
    "repeats another session": Case(hello_1_3(session=b"x" * 32, share=bytes(32)), "handshake_failure", r"\w"),

    "knows no protocol of ours": Case(lambda ends: tls.handshake(other_protocol(ends)), "no_shared_alpn",
                                      r"chose no protocol", alpn=["h2"], alpn_required=True),
    "chooses a protocol unasked": Case(chosen(wire.extension(16, b"\0\3\2h2")), "handshake_failure",
                                       "did not ask for"),
    "an extension that was not asked for": Case(chosen(wire.extension(14, b"\0\2\0\1\0")), "handshake_failure",
                                                r"sent an extension"),
    "an extension twice": Case(says(wire.record(wire.server_hello(extensions=(wire.extension(0xFF01, b"\0"),)))),
                               "handshake_failure", r"\w"),
    "a malformed extension": Case(chosen(wire.extension(11, b"\x09\0")), "handshake_failure", r"\w"),
    "compresses": Case(says(wire.record(HELLO.replace(b"\xc0\x2b\0", b"\xc0\x2b\1"))), "handshake_failure", r"\w"),

    "a record that is too long": Case(says(b"\x16\x03\x03\x48\x01" + bytes(0x4801)), "handshake_failure", "too long"),
    "a message that is too long": Case(says(wire.record(HELLO), wire.record(b"\x0b\xff\xff\xff" + bytes(100))),
                                       "handshake_failure", "too long"),
    "certificates of 200 KB": Case(
        lambda ends: wire.say(wire.record(HELLO), *map(wire.record, pieces(wire.certificates(
            *[ends.certificate.der] * 500)))), "handshake_failure", "too long"),
    "empty records without end": Case(plain(wire.forever(wire.record(b"") * 100)), "handshake_failure", r"\w"),
    "warnings without end": Case(plain(wire.forever(wire.alert(112, wire.WARNING) * 100)), "handshake_failure",
                                 "too many warnings"),
    "an alert of no level": Case(says(wire.alert(40, 7)), "handshake_failure", r"\w"),
    "an alert that is too long": Case(says(wire.record(b"\2\x28\0\0", wire.ALERT)), "handshake_failure", r"\w"),
    "half an alert": Case(says(wire.record(b"\2", wire.ALERT), then=tcp.close_at_once), "handshake_failure", r"\w"),
    "data before its hello": Case(says(wire.record(b"hello", wire.APPLICATION_DATA)), "handshake_failure", r"\w"),
    "a change of cipher before its hello": Case(says(wire.record(b"\1", 20), then=tcp.close_at_once),
                                                "handshake_failure", "does not belong"),
    "garbage in a record": Case(says(wire.record(b"garbage!")), "handshake_failure", r"\w"),
    "its hello twice": Case(says(wire.record(HELLO), wire.record(HELLO)), "handshake_failure", "does not belong"),
    "done at once": Case(says(wire.record(HELLO), wire.record(wire.hello_done())), "handshake_failure",
                         "does not belong"),
    "a hello that is too short": Case(says(wire.record(wire.message(2, b"\3\3abc"))), "handshake_failure", r"\w"),
    "signs with another key": Case(with_key_exchange(), "handshake_failure", "signature does not fit"),
    "staples an answer of no bytes": Case(staple(b""), "staple_missing", r"cannot be used \(it is empty\)$", "OCSP"),
    "requests for a hello without end": Case(plain(wire.forever(wire.record(bytes(4) * 4000))), "tls_timeout", r"\w",
                                             failure_class=TIMEOUT, settings=SHORT),
    "warns that it knows no such name, and closes": Case(
        says(wire.alert(112, wire.WARNING), then=tcp.close_at_once), "connection_closed",
        "closed the connection after the warning unrecognized_name$", "server_name", failure_class=NETWORK),
    "warns that it knows no such name, and stops": Case(
        says(wire.alert(112, wire.WARNING)), "tls_timeout", "it stopped after the warning unrecognized_name$",
        failure_class=TIMEOUT, settings=SHORT),

    "demands a client certificate in TLS 1.2": Case(lambda ends: tls.handshake(ends.demanding(V1_2)),
                                                    "client_certificate_required", "demands", failure_class=AUTH),
    "demands a client certificate in TLS 1.3": Case(lambda ends: tls.handshake(ends.demanding(V1_3)),
                                                    "client_certificate_required", "demands", failure_class=AUTH),
}


def pieces(message, size=16000):
    return [message[at:at + size] for at in range(0, len(message), size)]


def small_group(ends):
    """DHE over 1,024 bits."""
    context = ends.context(V1_2, ends.rsa, "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
    lines = base64.encodebytes(der.sequence(der.integer(OAKLEY), der.integer(2))).decode()
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(f"-----BEGIN DH PARAMETERS-----\n{lines}-----END DH PARAMETERS-----\n")
        file.flush()
        context.load_dh_params(file.name)
    return context


def other_curve(ends):
    context = ends.context(V1_3)
    context.set_ecdh_curve("brainpoolP256r1")
    return context


def other_protocol(ends):
    context = ends.context()
    context.set_alpn_protocols(["http/1.1"])
    return context


# RFC 2409 §6.2: 1,024 bits.
OAKLEY = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
             "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
             "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF", 16)

# What looks broken and is up.
SOUND = {
    "a good one": Case(lambda ends: tls.handshake(ends.context())),
    "closes when all is said": Case(lambda ends: tls.handshake(ends.context(), then=tcp.close_at_once)),
    "resets when all is said": Case(lambda ends: tls.handshake(ends.context(V1_2), then=tcp.reset)),
    "speaks when all is said": Case(lambda ends: tls.handshake(ends.context(), then=tcp.greet(b"hello\r\n"))),
    "says farewell when all is said": Case(lambda ends: tls.handshake(ends.context(), then=lambda end: end.unwrap())),
    "warns that it knows no such name, and goes on": Case(
        lambda ends: warned(ends.context(V1_2))),
    "is slow": Case(lambda ends: tcp.dawdle(0.3, tls.handshake(ends.context()))),
    "TLS 1.2 only": Case(lambda ends: tls.handshake(ends.context(V1_2))),
    "TLS 1.3 only": Case(lambda ends: tls.handshake(ends.context(V1_3))),
    "asks for another group once": Case(lambda ends: tls.handshake(p384(ends))),
}


def p384(ends):
    context = ends.context(V1_3)
    context.set_ecdh_curve("secp384r1")
    return context


def warned(context):
    def handler(connection):
        connection.recv(1, 2)
        connection.sendall(wire.alert(112, wire.WARNING))
        tls.handshake(context)(connection)
    return handler


CASES = {**CUT, **PLAIN, **ALERTS, **BROKEN, **SOUND}
