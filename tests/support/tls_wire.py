"""TLS by hand: records and the server's first messages (RFC 5246, RFC 8446), for what no library would send."""
import os
import select
import ssl

from support import tcp

ALERT, HANDSHAKE, APPLICATION_DATA = 21, 22, 23
TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = 0x0301, 0x0302, 0x0303, 0x0304
WARNING, FATAL = 1, 2
ECDHE_ECDSA, TLS_AES_128 = 0xC02B, 0x1301
SUPPORTED_VERSIONS, KEY_SHARE = 43, 51


def record(content, kind=HANDSHAKE, version=TLS_1_2):
    return bytes([kind]) + version.to_bytes(2, "big") + sized(content, 2)


def alert(number, level=FATAL):
    return record(bytes([level, number]), ALERT)


def sized(content, width):
    return len(content).to_bytes(width, "big") + content


def message(kind, content):
    return bytes([kind]) + sized(content, 3)


def extension(kind, content):
    return kind.to_bytes(2, "big") + sized(content, 2)


def server_hello(version=TLS_1_2, cipher=ECDHE_ECDSA, extensions=(), random=None, session=b""):
    """`random` and `session` are what a hello of TLS 1.3 must choose or repeat."""
    body = version.to_bytes(2, "big") + (random or os.urandom(32)) + sized(session, 1) + cipher.to_bytes(2, "big")
    all_extensions = (extension(0xFF01, b"\0"), *extensions) if not session else extensions
    return message(2, body + b"\0" + sized(b"".join(all_extensions), 2))


def certificates(*ders):
    return message(11, sized(b"".join(sized(one, 3) for one in ders), 3))


def hello_done():
    return message(14, b"")


def read_record(connection, header=False):
    first = _read(connection, 5)
    content = _read(connection, int.from_bytes(first[3:], "big"))
    return first + content if header else content


def read_hello(connection):
    """The next ClientHello; what else a client sends before it is passed over."""
    while (record := read_record(connection, header=True))[0] != HANDSHAKE:
        pass
    return record[5:]


def _read(connection, count):
    content = b""
    while len(content) < count:
        chunk = connection.recv(count - len(content))
        if not chunk:
            raise OSError("the client went away")
        content += chunk
    return content


def session_of(client_hello):
    """The session id of a ClientHello, which a server of TLS 1.3 must repeat."""
    return client_hello[39:39 + client_hello[38]]


def say(*records, then=tcp.hold):
    """Waits for the ClientHello, sends these, goes on with `then`."""
    def handler(connection):
        read_record(connection)
        connection.sendall(b"".join(records))
        then(connection)
    return handler


def show(*ders):
    """A server of TLS 1.2 that shows these certificates, whatever they are, and waits."""
    return say(record(server_hello()), record(certificates(*ders)), record(hello_done()))


class Flight:
    """A real server that is not on the network: what it would send is handed on as one likes."""

    def __init__(self, context):
        self._heard, self._said = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._server = context.wrap_bio(self._heard, self._said, server_side=True)

    def answer(self, record_of_client):
        """The records that it answers with."""
        self._heard.write(record_of_client)
        try:
            self._server.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return split(self._said.read())


def split(stream):
    records = []
    while stream:
        size = 5 + int.from_bytes(stream[3:5], "big")
        records.append(stream[:size])
        stream = stream[size:]
    return records


def cut(context, whole, some=0, before=b"", then=tcp.close_at_once):
    """Sends so many whole records of its first flight, and some bytes of the next; then `then`."""
    def handler(connection):
        flight = Flight(context).answer(read_record(connection, header=True))
        sent = b"".join(flight[:whole]) + (flight[whole][:some] if some else b"")
        connection.sendall(before + sent)
        then(connection)
    return handler


def drip(context, seconds):
    """The first flight, a byte at a time."""
    def handler(connection):
        flight = b"".join(Flight(context).answer(read_record(connection, header=True)))
        for byte in flight:
            connection.sendall(bytes([byte]))
            if select.select([connection], [], [], seconds)[0]:
                return  # the client has gone
    return handler


def forever(chunk):
    """The same again and again, until the client goes."""
    def handler(connection):
        read_record(connection)
        while True:
            connection.sendall(chunk)
    return handler
