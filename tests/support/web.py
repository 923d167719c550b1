"""Servers whose connections are kept: over HTTP, and a database that ends those who do not log in."""
import socket
import threading

PATIENCE = 60  # seconds; nothing here takes that long unless it is broken


class Web:
    """Answers HTTP requests over connections that it keeps, counts both, and can drop them."""

    def __init__(self, delay=lambda request: 0, keep=True):
        self.delay, self.keep = delay, keep
        self.open, self.requests, self.most = [], 0, 0
        self.changed = threading.Condition()

    def __call__(self, connection):
        with self.changed:
            self.open.append(connection)
            self.most = max(self.most, len(self.open))
            self.changed.notify_all()
        try:
            self.serve(connection)
        except OSError:
            pass
        with self.changed:
            if connection in self.open:
                self.open.remove(connection)
            self.changed.notify_all()

    def serve(self, connection):
        unread = b""
        while True:
            while b"\r\n\r\n" not in unread:
                some = connection.recv(65536)
                if not some:
                    return
                unread += some
            unread = unread.partition(b"\r\n\r\n")[2]
            with self.changed:
                self.requests += 1
                number = self.requests
                self.changed.notify_all()
            threading.Event().wait(self.delay(number))
            end = b"" if self.keep else b"Connection: close\r\n"
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + end + b"\r\nok")
            if not self.keep:
                return

    def wait_for(self, condition):
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self), PATIENCE)

    def drop(self, count):
        with self.changed:
            for connection in self.open[:count]:
                connection.shutdown(socket.SHUT_RDWR)
            del self.open[:count]


def url(server):
    return f"http://{server.target}"


def postgres(connection):
    """Demands a login and, as a server does after a while, ends what does not log in."""
    size = int.from_bytes(connection.recv(4, socket.MSG_WAITALL), "big")
    connection.recv(size - 4, socket.MSG_WAITALL)
    connection.sendall(b"R\0\0\0\x08\0\0\0\x03")
