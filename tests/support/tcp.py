"""TCP and unix servers of every kind. A handler is a function that gets an accepted connection, in its own thread."""
import os
import selectors
import socket
import struct
import threading
import time


def hold(connection):
    """Reads until the peer closes, answers nothing."""
    while connection.recv(65536):
        pass


def close_at_once(connection):
    """Closes, politely."""


def reset(connection):
    """Ends with RST: that is what closing without lingering does."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close_after(event):
    """Holds the connection until the event is set, then closes it."""
    def handler(connection):
        event.wait(30)
    return handler


def dawdle(seconds, handler):
    """Lets the client wait once it has sent its first byte: the one handler that is about time."""
    def later(connection):
        connection.recv(1, socket.MSG_PEEK)
        time.sleep(seconds)
        handler(connection)
    return later


def greet(banner):
    """Sends a banner, then reads until the peer closes."""
    def handler(connection):
        connection.sendall(banner)
        hold(connection)
    return handler


def answer(reply):
    """Waits for the first bytes, answers them, then reads until the peer closes."""
    def handler(connection):
        if connection.recv(65536):
            connection.sendall(reply)
            hold(connection)
    return handler


def in_turn(*handlers):
    """The first connection gets the first handler and so on; the last one gets all that follow."""
    lock, left = threading.Lock(), list(handlers)

    def handler(connection):
        with lock:
            chosen = left.pop(0) if len(left) > 1 else left[0]
        chosen(connection)
    return handler


class Server:
    """One listening socket and what was seen of those who connected to it."""

    def __init__(self, owner, listening, handler):
        self._owner, self.socket, self._handler = owner, listening, handler
        self._name = listening.getsockname()
        self._accepted, self._watched = 0, False
        self.fillers = []

    @property
    def accepted(self):
        """How many have connected until now, also those whose turn has not come yet."""
        with self._owner._handled:
            self._owner._handled.wait_for(lambda: not self._waiting(), 30)
            return self._accepted

    def _waiting(self):
        """Who is connected and not accepted: of a listening socket that is where TCP_INFO has tcpi_unacked."""
        if not self._watched or self.socket.fileno() < 0 or self.socket.family == socket.AF_UNIX:
            return 0
        return struct.unpack_from("=I", self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104), 24)[0]

    @property
    def port(self):
        return self._name[1]

    @property
    def path(self):
        return self._name

    @property
    def target(self):
        """As it is written on connprobe's command line."""
        if self.socket.family == socket.AF_UNIX:
            return f"unix:{self.path}"
        host = self._name[0]
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    def open(self):
        """Begins to listen: from now on a server that refused accepts."""
        self.socket.listen(1024)
        self._watched = True
        self._owner._watch(self)

    def close(self):
        """Refuses from now on, and gives the port back."""
        self._owner._forget(self)


class Servers:
    """Servers in one process: a thread accepts for all of them, each connection is handled in its own."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe()
        self._lock = threading.RLock()
        self._servers, self._connections, self._threads = [], set(), []
        self._handled = threading.Condition(self._lock)
        self._stopping = False
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._acceptor = threading.Thread(target=self._accept_all, daemon=True)
        self._acceptor.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def add(self, handler=hold, host="127.0.0.1", port=0):
        server = self.refusing(handler, host, port)
        server.open()
        return server

    def unix(self, path, handler=hold):
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(path))
        server = self._keep(Server(self, listening, handler))
        server.open()
        return server

    def refusing(self, handler=hold, host="127.0.0.1", port=0):
        """Its port is taken, so that nobody else gets it, but it refuses until open() is called."""
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        return self._keep(Server(self, listening, handler))

    def silent(self, host="127.0.0.1", port=0):
        """Its queue is full, so that the kernel drops every SYN: connecting takes until the client gives up."""
        server = self.refusing(host=host, port=port)
        server.socket.listen(0)
        filler = socket.create_connection(server.socket.getsockname()[:2])
        with selectors.DefaultSelector() as queued:
            queued.register(server.socket, selectors.EVENT_READ)
            queued.select()
        server.fillers.append(filler)
        return server

    @property
    def open(self):
        """How many connections are being handled."""
        return len(self._connections)

    def wait_until(self, condition, timeout=30):
        """Waits for a condition on what the servers have seen, looking again whenever a connection came or went."""
        with self._handled:
            return self._handled.wait_for(condition, timeout)

    def stop(self):
        self._stopping = True
        os.write(self._wake_write, b".")
        self._acceptor.join()
        with self._lock:
            for connection in self._connections:
                _shut(connection)
            threads = list(self._threads)
        for thread in threads:
            thread.join(30)
        for server in self._servers:
            for filler in server.fillers:
                filler.close()
            server.socket.close()
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _keep(self, server):
        self._servers.append(server)
        return server

    def _watch(self, server):
        server.socket.setblocking(False)
        self._selector.register(server.socket, selectors.EVENT_READ, server)

    def _forget(self, server):
        if server.socket in self._selector.get_map():
            self._selector.unregister(server.socket)
        server.socket.close()

    def _accept_all(self):
        while not self._stopping:
            for key, _ in self._selector.select():
                if key.data is not None:
                    self._accept(key.data)

    def _accept(self, server):
        with self._handled:
            try:
                connection, _ = server.socket.accept()
            except OSError:
                return
            connection.setblocking(True)
            server._accepted += 1
            self._connections.add(connection)
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            thread = threading.Thread(target=self._handle, args=(server, connection), daemon=True)
            self._threads.append(thread)
            thread.start()
            self._handled.notify_all()

    def _handle(self, server, connection):
        try:
            server._handler(connection)
        except OSError:
            pass  # the peer went away: that is its right
        with self._handled:
            self._connections.discard(connection)
            connection.close()
            self._handled.notify_all()


def _shut(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
