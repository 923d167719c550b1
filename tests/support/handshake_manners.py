"""More servers of the collection: whose words come in pieces, who go over to something else, who agree and leave at once."""
import select
import socket
import ssl

from support import tcp, tls
from support import tls_wire as wire
from support.handshake_cases import HELLO, V1_2, V1_3, Case, drip_text, not_tls, plain, says


def bytewise(handler):
    """Each byte in a segment of its own."""
    def slowly(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        handler(connection)
    return slowly


def echo_bytewise(connection):
    while byte := connection.recv(1):
        connection.sendall(byte)


def greet_and_reset(banner):
    """What the client says stays unread: closing then sends RST."""
    def handler(connection):
        connection.sendall(banner)
        select.select([connection], [], [])
        tcp.reset(connection)
    return handler


def flight_then(version, then):
    """The server's first flight, and bytes that are none of TLS behind it."""
    def make(ends):
        def handler(connection):
            flight = wire.Flight(ends.context(version)).answer(wire.read_record(connection, header=True))
            connection.sendall(b"".join(flight) + then)
            tcp.hold(connection)
        return handler
    return make


def optional(ends):
    context = ends.demanding(V1_3)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def leave_by(ending):
    return lambda ends: tls.handshake(optional(ends), then=ending)


IN_PIECES = {
    "an echo, byte by byte": not_tls(plain(bytewise(echo_bytewise)), "echo"),
    "SSH, byte by byte": not_tls(plain(bytewise(drip_text(b"SSH-2.0-OpenSSH_9.2p1\r\n"))), "speaks SSH"),
    "HTTP, byte by byte": not_tls(plain(bytewise(drip_text(b"HTTP/1.1 400 Bad Request\r\n\r\n"))), "plain HTTP"),
    "SMTP, and a reset": not_tls(plain(greet_and_reset(b"220 mx.example.org ESMTP Postfix\r\n")), "--starttls smtp"),
    "a page of HTML": not_tls(plain(tcp.answer(b"\r\n<!doctype html>\n")), "plain HTTP"),
    "IMAP, logged in": not_tls(plain(tcp.greet(b"* PREAUTH ready\r\n")), "--starttls imap"),
    "PostgreSQL of old": not_tls(plain(tcp.answer(b"EFATAL:  unsupported frontend protocol\n\0")), "PostgreSQL"),
    "SSH with too many logins": not_tls(plain(tcp.greet(b"Exceeded MaxStartups\r\n")), "SSH"),
    "SSH after a text": not_tls(plain(tcp.greet(b"No entry.\r\nSSH-2.0-x\r\n")), "speaks SSH"),
}

OVER_TO_OTHERS = {
    "goes on in HTTP after its hello": Case(says(wire.record(HELLO), b"HTTP/1.1 500 oops\r\n\r\n"), "handshake_failure",
                                            "^the server sent something that is not TLS after its hello$"),
    "goes on in zeros after its certificate": Case(
        flight_then(V1_2, bytes(64)), "handshake_failure",
        "^the server sent something that is not TLS after its certificate$"),
}

# A ticket is an agreement, whatever follows it.
AGREED = {
    "can do without a certificate, and closes": Case(leave_by(tcp.close_at_once)),
    "can do without a certificate, and resets": Case(leave_by(tcp.reset)),
    "can do without a certificate, and says farewell": Case(leave_by(lambda secured: secured.unwrap())),
}

CASES = {**IN_PIECES, **OVER_TO_OTHERS, **AGREED}
