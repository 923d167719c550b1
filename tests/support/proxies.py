"""Proxies for tests: handlers for tcp.Servers that speak SOCKS 5 or CONNECT, rightly or as a test wants it."""
import base64
import socket
import struct
import threading


def read_exactly(connection, count):
    heard = b""
    while len(heard) < count:
        chunk = connection.recv(count - len(heard))
        if not chunk:
            raise ConnectionError("the client hung up")
        heard += chunk
    return heard


def read_head(connection):
    """Up to the blank line and not a byte further: those after it are the target's."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += read_exactly(connection, 1)
    return head.decode()


def relay(client, target):
    """Carries bytes both ways until both sides have ended theirs."""
    def one_way(source, sink):
        try:
            while chunk := source.recv(65536):
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    back = threading.Thread(target=one_way, args=(target, client), daemon=True)
    back.start()
    one_way(client, target)
    back.join(30)


class HttpProxy:
    """CONNECT; with `login` only for those who bring it. Keeps the request heads it was sent."""

    def __init__(self, login=None, leads_to=None, greeting=b"HTTP/1.1 200 Connection established\r\n\r\n"):
        self.login, self.leads_to, self.greeting, self.heads = login, leads_to, greeting, []

    def __call__(self, connection):
        head = read_head(connection)
        self.heads.append(head)
        wanted = "Basic " + base64.b64encode(self.login.encode()).decode() if self.login else None
        if wanted and f"Proxy-Authorization: {wanted}\r\n" not in head:
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                               b"Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 5\r\n\r\nlogin")
            return
        host, _, port = head.split()[1].rpartition(":")
        with socket.create_connection(self.leads_to or (host.strip("[]"), int(port))) as target:
            connection.sendall(self.greeting)
            relay(connection, target)


class SocksProxy:
    """SOCKS 5; `reply` is the number of the answer to a request. Keeps what it was asked for."""

    def __init__(self, login=None, leads_to=None, reply=0, refuse=(), bound=b"\1\0\0\0\0\0\0"):
        self.login, self.leads_to, self.reply, self.refuse, self.bound = login, leads_to, reply, refuse, bound
        self.asked = []

    def __call__(self, connection):
        _, count = read_exactly(connection, 2)
        methods = read_exactly(connection, count)
        if self.login and 2 not in methods:
            return connection.sendall(b"\5\xff")
        connection.sendall(b"\5\2" if self.login else b"\5\0")
        if self.login and not self._accepts(connection):
            return None
        _, command, _, kind = read_exactly(connection, 4)
        host, port = self._address(connection, kind)
        self.asked.append((kind, host, port))
        reply = 4 if host in self.refuse else self.reply
        if reply or command != 1:
            return connection.sendall(bytes([5, reply or 7, 0]) + self.bound)
        with socket.create_connection(self.leads_to or (host, port)) as target:
            connection.sendall(b"\5\0\0" + self.bound)
            relay(connection, target)

    def _accepts(self, connection):
        _, length = read_exactly(connection, 2)
        user = read_exactly(connection, length)
        password = read_exactly(connection, read_exactly(connection, 1)[0])
        good = (user + b":" + password).decode() == self.login
        connection.sendall(b"\1\0" if good else b"\1\1")
        return good

    @staticmethod
    def _address(connection, kind):
        if kind == 1:
            host = socket.inet_ntop(socket.AF_INET, read_exactly(connection, 4))
        elif kind == 4:
            host = socket.inet_ntop(socket.AF_INET6, read_exactly(connection, 16))
        else:
            host = read_exactly(connection, read_exactly(connection, 1)[0]).decode()
        return host, struct.unpack("!H", read_exactly(connection, 2))[0]
