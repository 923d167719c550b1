"""Watches packets of TCP and UDP on an interface (as root): which came in which order, and when."""
import collections
import contextlib
import ipaddress
import socket
import struct
import threading

FIN, SYN, RST, ACK = 1, 2, 4, 16
_FIELDS = "time protocol source source_port destination destination_port flags data"


class Packet(collections.namedtuple("Packet", _FIELDS)):
    """`flags` are TCP's, 0 with UDP; `data` is what is carried."""

    @property
    def payload(self):
        return len(self.data)

    @property
    def begins(self):
        """The first packet of a connection, or its repetition."""
        return self.flags & (SYN | ACK) == SYN

    @property
    def accepts(self):
        return self.flags & (SYN | ACK) == SYN | ACK


# The socket module does not know these.
_ETH_P_ALL = 3
ETH_P_IP, ETH_P_IPV6 = 0x0800, 0x86DD
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_SOL_PACKET = 263
_PACKET_STATISTICS = 6


def _open(device="lo"):
    watching = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_ALL))
    watching.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 64 << 20)
    watching.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    watching.bind((device, _ETH_P_ALL))
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
    """Collects the packets from or to the given ports (without any: all), from entering the context until leaving it.

    With a namespace, `device` is one of its interfaces.
    """

    def __init__(self, *ports, device="lo", namespace=None):
        self._ports, self._device, self._namespace = set(ports), device, namespace
        self.packets = []

    def __enter__(self):
        with self._namespace.entered() if self._namespace else contextlib.nullcontext():
            self._socket = _open(self._device)
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
            if packet.destination_port == port and packet.begins:
                first.setdefault(packet.source_port, packet.time)
        times = list(first.values())
        return [time - times[0] for time in times]

    def bytes_to(self, port):
        """How many bytes clients sent to that port."""
        return sum(packet.payload for packet in self.packets if packet.destination_port == port)

    def resets_to(self, port):
        """The resets that clients sent to that port: what a server complains of in its log."""
        return [packet for packet in self.packets if packet.destination_port == port and packet.flags & RST]

    def to(self, port):
        return [packet for packet in self.packets if packet.destination_port == port]

    def of(self, port):
        """The packets of all conversations with that port."""
        return [packet for packet in self.packets if port in (packet.source_port, packet.destination_port)]

    def connections(self, port):
        """The conversations with that port by the client's port: those whose beginning was seen."""
        own = dict.fromkeys(packet.source_port for packet in self.to(port) if packet.begins)
        return {each: [packet for packet in self.of(port) if each in (packet.source_port, packet.destination_port)]
                for each in own}

    def _collect(self):
        while True:
            try:
                data, ancillary, _, (_, protocol, kind, *_) = self._socket.recvmsg(65536, 64)
            except socket.timeout:
                if self._leaving.is_set():
                    return
                continue
            # Loopback shows each packet twice; the outgoing view is in the order in which the senders acted.
            if self._device == "lo" and kind != socket.PACKET_OUTGOING:
                continue
            packet = parse(data, protocol, _time_of(ancillary))
            if packet and self._is_wanted(packet):
                self.packets.append(packet)

    def _is_wanted(self, packet):
        return not self._ports or not self._ports.isdisjoint((packet.source_port, packet.destination_port))


def _time_of(ancillary):
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack("qq", data)
            return seconds + nanoseconds / 1e9
    raise AssertionError("the kernel sent no timestamp with a packet")


def parse(data, protocol, time):
    """What an IP packet is, or None for what is neither TCP nor UDP; `protocol` is the Ethernet number."""
    if protocol == ETH_P_IP:
        kind, header, size = data[9], (data[0] & 15) * 4, struct.unpack("!H", data[2:4])[0]
        source, destination = data[12:16], data[16:20]
    elif protocol == ETH_P_IPV6:
        kind, header, size = data[6], 40, 40 + struct.unpack("!H", data[4:6])[0]
        source, destination = data[8:24], data[24:40]
    else:
        return None
    if kind not in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
        return None
    inner = data[header:size]
    is_tcp = kind == socket.IPPROTO_TCP
    source_port, destination_port = struct.unpack("!HH", inner[:4])
    begin = (inner[12] >> 4) * 4 if is_tcp else 8
    return Packet(time, kind, str(ipaddress.ip_address(source)), source_port, str(ipaddress.ip_address(destination)),
                  destination_port, inner[13] if is_tcp else 0, inner[begin:])
