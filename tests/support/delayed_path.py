"""Two network namespaces and a way between them that is as slow, lossy or hostile as a test wants (as root).

The kernel's own delay (netem) is not everywhere; a TUN device in each namespace and this process between them are. A
packet read from one device is written to the other after half a round trip; rules see it before and may drop it or
answer it. What passes is watched on the client's device, with the kernel's own times.
"""
import contextlib
import fcntl
import heapq
import ipaddress
import itertools
import os
import selectors
import struct
import subprocess
import threading
import time

from support import namespace as namespaces
from support import wire

DEVICE = "path"
CLIENT, SERVER = ("198.51.100.1", "2001:db8:1::1"), ("198.51.100.2", "2001:db8:1::2")
ROUTER = ("198.51.100.254", "2001:db8:1::fe")  # who says what the rules answer

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 1, 0x1000
DROP = object()  # what a rule returns of a packet that gets lost


def _open_device():
    """A TUN device of the calling thread's namespace."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", DEVICE.encode(), _IFF_TUN | _IFF_NO_PI))
    return device


def _may_make():
    if not namespaces.MAY_MAKE or not wire.MAY_WATCH:
        return False
    try:
        with namespaces.Namespace() as probe, probe.entered():
            os.close(_open_device())
        return True
    except OSError:
        return False


MAY_MAKE = _may_make()
WHY_NOT = "needs root, network namespaces and /dev/net/tun"


class DelayedPath:
    """Commands run in `client`, servers in `server`; `addresses` are the server's besides its own two.

    A rule is a function of what a client or a server sends (wire.Packet, and the bytes). It returns None, or by how
    many seconds the packet is later than others, or DROP, or an answer to its sender: then it goes no further.
    """

    def __init__(self, round_trip=0.0, addresses=()):
        self._delay, self._addresses = round_trip / 2, addresses
        self.rules = []
        self._waiting, self._order = [], itertools.count()

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            self.client = undo.enter_context(namespaces.Namespace())
            self.server = undo.enter_context(namespaces.Namespace(addresses=self._addresses))
            self._devices = [self._make(undo, *ends) for ends in ((self.client, CLIENT), (self.server, SERVER))]
            self._wake_read, self._wake_write = os.pipe()
            undo.callback(os.close, self._wake_read)
            undo.callback(os.close, self._wake_write)
            self._thread = threading.Thread(target=self._forward, daemon=True)
            self._thread.start()
            undo.callback(self._thread.join)
            undo.callback(os.write, self._wake_write, b".")
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_):
        self._undo.close()

    def watch(self, *ports):
        """As wire.Watch, of the client's end of the path."""
        return wire.Watch(*ports, device=DEVICE, namespace=self.client)

    @contextlib.contextmanager
    def with_rules(self, *rules):
        self.rules.extend(rules)
        try:
            yield self
        finally:
            for rule in rules:
                self.rules.remove(rule)

    @staticmethod
    def _make(undo, namespace, addresses):
        with namespace.entered():
            device = _open_device()
        undo.callback(os.close, device)
        for address in addresses:
            bits = ["/64", "nodad"] if ":" in address else ["/24"]
            _ip(namespace, "address", "add", address + bits[0], "dev", DEVICE, *bits[1:])
        _ip(namespace, "link", "set", DEVICE, "up")
        for family in ("-4", "-6"):
            _ip(namespace, family, "route", "add", "default", "dev", DEVICE)
        return device

    def _forward(self):
        with selectors.DefaultSelector() as selector:
            for each in (*self._devices, self._wake_read):
                selector.register(each, selectors.EVENT_READ)
            while True:
                first = self._waiting[0][0] - time.monotonic() if self._waiting else None
                ready = [key.fd for key, _ in selector.select(None if first is None else max(first, 0))]
                if self._wake_read in ready:
                    return
                for device in ready:
                    self._take_from(device)
                while self._waiting and self._waiting[0][0] <= time.monotonic():
                    _, _, device, data = heapq.heappop(self._waiting)
                    _write(device, data)

    def _take_from(self, device):
        here, there = self._devices if device == self._devices[0] else reversed(self._devices)
        while data := _read(here):
            arrived = time.monotonic()
            packet = wire.parse(data, wire.ETH_P_IP if data[0] >> 4 == 4 else wire.ETH_P_IPV6, arrived)
            fate = next(filter(None, (rule(packet, data) for rule in self.rules)), None) if packet else None
            if fate is DROP:
                continue
            due = arrived + self._delay + (fate if isinstance(fate, float) else 0)
            # An answer comes from half way, and so it takes as long as the packet would have taken to the end.
            to, bytes_ = (here, fate) if isinstance(fate, bytes) else (there, data)
            heapq.heappush(self._waiting, (due, next(self._order), to, bytes_))


def _ip(namespace, *arguments):
    subprocess.run(["ip", "-n", namespace.name, *arguments], check=True, capture_output=True)


def _read(device):
    try:
        return os.read(device, 65536)
    except BlockingIOError:
        return None


def _write(device, data):
    with contextlib.suppress(OSError):  # the namespace is going down
        os.write(device, data)


def lose(condition, count=None):
    """A rule that loses the packets of which the condition is true, or the first `count` of them."""
    left = itertools.count() if count is None else iter(range(count))
    return lambda packet, data: DROP if condition(packet) and next(left, None) is not None else None


def delay(condition, seconds):
    """A rule that lets the packets of which the condition is true come later than others."""
    return lambda packet, data: seconds if condition(packet) else None


def icmp(address, kind, code, rest=0):
    """A rule: a router answers what goes to that address with this ICMP message, or ICMPv6 as the address is."""
    def answer(packet, data):
        if packet.destination != address:
            return None
        if ":" in address:
            return _icmp_v6(data, kind, code, rest)
        return _icmp_v4(data, kind, code, rest)
    return answer


def reset(condition):
    """A rule: a firewall answers such TCP packets with a reset in their receiver's name (RFC 9293 §3.5.2)."""
    return lambda packet, data: _reset(packet, data) if condition(packet) else None


def _reset(packet, data):
    v4 = data[0] >> 4 == 4
    header = (data[0] & 15) * 4 if v4 else 40
    source, destination = (data[12:16], data[16:20]) if v4 else (data[8:24], data[24:40])
    ports, sequence, acknowledged = data[header + 2:header + 4] + data[header:header + 2], *struct.unpack(
        "!II", data[header + 4:header + 12])
    taken = sequence + packet.payload + bool(packet.flags & wire.SYN)
    answers = 0 if packet.begins else acknowledged
    tcp = ports + struct.pack("!IIBBHHH", answers, taken & 0xFFFFFFFF, 5 << 4, wire.RST | wire.ACK, 0, 0, 0)
    tcp = _summed(tcp, 16, destination + source + struct.pack("!II", len(tcp), 6))
    if v4:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0)
        return _summed(head + destination + source, 10) + tcp
    return struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + destination + source + tcp


def _icmp_v4(data, kind, code, rest):
    about = data[:(data[0] & 15) * 4 + 8]
    message = _summed(struct.pack("!BBHI", kind, code, 0, rest) + about, 2)
    router = ipaddress.ip_address(ROUTER[0]).packed
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(message), 0, 0, 64, 1, 0) + router + data[12:16]
    return _summed(head, 10) + message


def _icmp_v6(data, kind, code, rest):
    message = struct.pack("!BBHI", kind, code, 0, rest) + data[:1200]
    router, to = ipaddress.ip_address(ROUTER[1]).packed, data[8:24]
    pseudo = router + to + struct.pack("!II", len(message), 58)
    message = _summed(message, 2, pseudo)
    return struct.pack("!IHBB", 6 << 28, len(message), 58, 64) + router + to + message


def _summed(data, at, pseudo=b""):
    """The data with the Internet checksum (RFC 1071) of itself, and of a pseudo header, put in at that offset."""
    whole = pseudo + data
    words = struct.unpack(f"!{(len(whole) + 1) // 2}H", whole + b"\0" * (len(whole) % 2))
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return data[:at] + struct.pack("!H", ~total & 0xFFFF) + data[at + 2:]
