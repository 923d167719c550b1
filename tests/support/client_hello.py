"""What a TLS client asks for, read from its first bytes (RFC 8446 §4.1.2)."""
import struct

SERVER_NAME, ALPN, SUPPORTED_VERSIONS = 0, 16, 43
NAMES = {0x0303: "1.2", 0x0304: "1.3", 0x0302: "1.1", 0x0301: "1.0"}


class _Reader:
    def __init__(self, data):
        self._data = data

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def take(self, size):
        assert len(self._data) >= size, "the hello is cut short"
        taken, self._data = self._data[:size], self._data[size:]
        return taken

    def vector(self, length_size):
        return _Reader(self.take(self.number(length_size)))

    def __bool__(self):
        return bool(self._data)


class ClientHello:
    """`server_name` is None when none is sent; `alpn` and `versions` are lists in the order of preference."""

    def __init__(self, data):
        kind, _, size = struct.unpack("!BHH", data[:5])
        assert kind == 22, "no handshake record"
        hello = _Reader(data[5:5 + size])
        assert hello.number(1) == 1, "no ClientHello"
        hello = hello.vector(3)
        legacy_version = hello.number(2)
        hello.take(32)
        for length_size in (1, 2, 1):  # the session's id, cipher suites, compression methods
            hello.vector(length_size)
        self.extensions = {}
        extensions = hello.vector(2)
        while extensions:
            number = extensions.number(2)
            self.extensions[number] = extensions.vector(2)
        self.server_name = self._server_name()
        self.alpn = self._alpn()
        self.versions = self._versions() or [NAMES[legacy_version]]

    def _server_name(self):
        if SERVER_NAME not in self.extensions:
            return None
        entry = self.extensions[SERVER_NAME].vector(2)
        assert entry.number(1) == 0, "the only type of name there is"
        size = entry.number(2)
        name = entry.take(size).decode("ascii")
        assert not entry, "one name is allowed"
        return name

    def _alpn(self):
        names = []
        if ALPN in self.extensions:
            entries = self.extensions[ALPN].vector(2)
            while entries:
                names.append(entries.take(entries.number(1)).decode("ascii"))
        return names

    def _versions(self):
        versions = []
        if SUPPORTED_VERSIONS in self.extensions:
            entries = self.extensions[SUPPORTED_VERSIONS].vector(1)
            while entries:
                versions.append(NAMES[entries.number(2)])
        return versions
