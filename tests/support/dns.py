"""A DNS server on 127.0.0.1, over UDP and TCP: does with each name what a test wants, and counts the questions."""
import collections
import itertools
import selectors
import socket
import struct
import threading

from dnslib import AAAA, CNAME, QTYPE, RCODE, RR, SRV, A, DNSRecord


class Fate:
    """What becomes of a question: some records, a reply code, silence or rubbish, after an event if there is one."""

    def __init__(self, a=(), aaaa=(), cname=None, rcode="NOERROR", silent=False, rubbish=None, truncated=False, ttl=60,
                 after=None, srv=(), echo=False, hangs_up=False, records=(), other_id=False):
        self.other_id = other_id
        self.records = records  # of dnslib, besides
        self.echo = echo  # the question comes back as it was
        self.hangs_up = hangs_up  # over TCP; over UDP the answer is cut short
        self.srv = srv  # tuples of priority, weight, port, target
        self.a, self.aaaa, self.cname, self.rcode, self.ttl = a, aaaa, cname, rcode, ttl
        self.silent, self.rubbish, self.truncated, self.after = silent, rubbish, truncated or hangs_up, after

    def reply(self, question, over_tcp):
        """The bytes to send, or None."""
        if self.after is not None:
            self.after.wait(30)
        if self.silent:
            return None
        if self.hangs_up and over_tcp:
            return b""
        if self.echo:
            return question.pack()
        if self.rubbish is not None:
            return question.pack()[:2] + self.rubbish
        reply = question.reply()
        reply.header.rcode = getattr(RCODE, self.rcode)
        reply.header.id ^= self.other_id
        if self.truncated == "always" or self.truncated and not over_tcp:
            reply.header.tc = 1
            return reply.pack()
        name, kind = question.q.qname, QTYPE[question.q.qtype]
        if self.cname:
            reply.add_answer(RR(name, QTYPE.CNAME, rdata=CNAME(self.cname), ttl=self.ttl))
            name = self.cname
        records, wrap = {"A": (self.a, A), "AAAA": (self.aaaa, AAAA)}.get(kind, ((), None))
        for address in records:
            reply.add_answer(RR(name, getattr(QTYPE, kind), rdata=wrap(address), ttl=self.ttl))
        for record in self.srv if kind == "SRV" else ():
            reply.add_answer(RR(name, QTYPE.SRV, rdata=SRV(*record), ttl=self.ttl))
        for record in self.records:
            reply.add_answer(record)
        return reply.pack()


def address(*addresses, **more):
    """The name has these addresses of either family."""
    return Fate(a=[a for a in addresses if ":" not in a], aaaa=[a for a in addresses if ":" in a], **more)


class Lost:
    """The first question gets lost; of the next ones becomes what the fate says."""

    def __init__(self, fate):
        self._fate, self._questions = fate, itertools.count()

    def reply(self, question, over_tcp):
        return None if next(self._questions) == 0 else self._fate.reply(question, over_tcp)


NXDOMAIN = Fate(rcode="NXDOMAIN")
SERVFAIL = Fate(rcode="SERVFAIL")
REFUSED = Fate(rcode="REFUSED")
NO_ADDRESS = Fate()
SILENT = Fate(silent=True)
RUBBISH = Fate(rubbish=b"\xff\xff\x00 this is no DNS reply")


class Server:
    """Names are those of `fates`, or (name, "A") for one type of question; any other name does not exist."""

    def __init__(self, fates, address="127.0.0.1", port=0):
        self.fates = {key if isinstance(key, tuple) else (key, None): fate for key, fate in fates.items()}
        self.questions = collections.Counter()  # by (name, type); over TCP by (name, type, "tcp")
        self._lock = threading.Lock()
        self._udp, self._tcp = self._bind(address, port)
        self._wake_read, self._wake_write = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._wake_write.send(b".")
        self._thread.join()
        for each in (self._udp, self._tcp, self._wake_read, self._wake_write):
            each.close()

    @property
    def port(self):
        return self._udp.getsockname()[1]

    @property
    def resolver(self):
        """The value of --resolver that asks this server."""
        return "dns:{}:{}".format(*self._udp.getsockname())

    @staticmethod
    def _bind(address, port):
        """One port number for both protocols; another program may hold it in one of them."""
        while True:
            udp, tcp = socket.socket(type=socket.SOCK_DGRAM), socket.socket()
            udp.bind((address, port))
            try:
                tcp.bind(udp.getsockname())
            except OSError:
                udp.close()
                tcp.close()
                if port:
                    raise
                continue
            tcp.listen()
            return udp, tcp

    def _serve(self):
        with selectors.DefaultSelector() as selector:
            for each in (self._udp, self._tcp, self._wake_read):
                selector.register(each, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._wake_read:
                        return
                    if key.fileobj is self._udp:
                        data, peer = self._udp.recvfrom(65536)
                        self._start(self._answer_datagram, data, peer)
                    else:
                        self._start(self._answer_stream, self._tcp.accept()[0])

    @staticmethod
    def _start(work, *arguments):
        """In a thread of its own, for a reply may be waiting for an event."""
        threading.Thread(target=work, args=arguments, daemon=True).start()

    def _reply(self, data, over_tcp):
        question = DNSRecord.parse(data)
        name, kind = str(question.q.qname).rstrip(".").lower(), QTYPE[question.q.qtype]
        with self._lock:
            self.questions[(name, kind, "tcp") if over_tcp else (name, kind)] += 1
        fate = self.fates.get((name, kind)) or self.fates.get((name, None)) or NXDOMAIN
        return fate.reply(question, over_tcp)

    def _answer_datagram(self, data, peer):
        reply = self._reply(data, over_tcp=False)
        try:
            if reply is not None:
                self._udp.sendto(reply, peer)
        except OSError:
            pass  # the server was stopped, or the asker is gone

    def _answer_stream(self, connection):
        with connection, connection.makefile("rb") as stream:
            try:
                while head := stream.read(2):
                    reply = self._reply(stream.read(struct.unpack("!H", head)[0]), over_tcp=True)
                    if reply == b"":
                        return
                    if reply is not None:
                        connection.sendall(struct.pack("!H", len(reply)) + reply)
            except OSError:
                pass  # the asker is gone
