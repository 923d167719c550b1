"""Watches TCP packets on the loopback interface (as root): which came in which order, and when."""
import collections
import socket
import struct
import threading

Packet = collections.namedtuple("Packet", "time source_port destination_port flags payload")
FIN, SYN, RST, ACK = 1, 2, 4, 16

# The socket module does not know these.
_ETH_P_ALL = 3
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_SOL_PACKET = 263
_PACKET_STATISTICS = 6


def _open():
    watching = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL))
    watching.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 64 << 20)
    watching.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    watching.bind(("lo", _ETH_P_ALL))
    watching.settimeout(0.1)
    return watching


def _may_watch():
    try:
        _open().close()
    except PermissionError:
        return False
    return True


MAY_WATCH = _may_watch()  # root may, but not in every container


class Watch:
    """Collects the packets from or to the given ports, each once, from entering the context until leaving it."""

    def __init__(self, *ports):
        self._ports = set(ports)
        self.packets = []

    def __enter__(self):
        self._socket = _open()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._collect, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._leaving.set()
        self._thread.join()
        with self._socket:
            _, missed = struct.unpack("II", self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))
        assert missed == 0, f"{missed} packets were missed: what was seen says nothing"

    def syns(self, port):
        """When the connections to that port were begun, in seconds from the first, without the kernel's repetitions."""
        first = {}
        for packet in self.packets:
            if packet.destination_port == port and packet.flags & (SYN | ACK) == SYN:
                first.setdefault(packet.source_port, packet.time)
        times = list(first.values())
        return [time - times[0] for time in times]

    def bytes_to(self, port):
        """How many bytes clients sent to that port."""
        return sum(packet.payload for packet in self.packets if packet.destination_port == port)

    def resets_to(self, port):
        """The resets that clients sent to that port: what a server complains of in its log."""
        return [packet for packet in self.packets if packet.destination_port == port and packet.flags & RST]

    def _collect(self):
        while True:
            try:
                data, ancillary, _, (_, protocol, kind, *_) = self._socket.recvmsg(256, 64)
            except socket.timeout:
                if self._leaving.is_set():
                    return
                continue
            # Loopback shows each packet twice; the outgoing view is in the order in which the senders acted.
            if kind == socket.PACKET_OUTGOING:
                packet = _parse(data, protocol, _time_of(ancillary))
                if packet and not self._ports.isdisjoint((packet.source_port, packet.destination_port)):
                    self.packets.append(packet)


def _time_of(ancillary):
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data)
            return seconds + nanoseconds / 1e9
    raise AssertionError("the kernel sent no timestamp with a packet")


def _parse(data, protocol, time):
    if protocol == 0x0800 and data[9] == socket.IPPROTO_TCP:
        header, size = (data[0] & 15) * 4, struct.unpack("!H", data[2:4])[0]
    elif protocol == 0x86DD and data[6] == socket.IPPROTO_TCP:
        header, size = 40, 40 + struct.unpack("!H", data[4:6])[0]
    else:
        return None
    tcp = data[header:]
    source, destination = struct.unpack("!HH", tcp[:4])
    return Packet(time, source, destination, tcp[13], size - header - (tcp[12] >> 4) * 4)
