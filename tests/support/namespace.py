"""Network namespaces (as root): a loopback interface, a hosts file and names of their own, gone when the test ends."""
import contextlib
import ctypes
import itertools
import os
import pathlib
import shutil
import subprocess
import time

_numbers = itertools.count()
_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000


class Namespace:
    """`hosts` maps names to addresses; addresses other than 127.0.0.0/8 and ::1 are added to the interface `lo`."""

    def __init__(self, hosts=None, resolv_conf="", addresses=()):
        self.name = f"connprobe-test-{os.getpid()}-{next(_numbers)}"
        self._hosts, self._resolv_conf, self._addresses = hosts or {}, resolv_conf, addresses

    def __enter__(self):
        self._etc = pathlib.Path("/etc/netns") / self.name
        with contextlib.ExitStack() as undo:
            self._ip("netns", "add", self.name)
            undo.callback(self._ip, "netns", "delete", self.name)
            self._etc.mkdir(parents=True)
            undo.callback(shutil.rmtree, self._etc)
            lines = ["127.0.0.1 localhost", "::1 localhost", *(f"{a} {name}" for name, a in self._hosts.items())]
            (self._etc / "hosts").write_text("\n".join(lines) + "\n")
            (self._etc / "resolv.conf").write_text(self._resolv_conf)
            self._ip("-n", self.name, "link", "set", "lo", "up")
            for address in self._addresses:
                self._ip("-n", self.name, "address", "add", address, "dev", "lo")
                self._await_route(address.partition("/")[0])
            self._undo = undo.pop_all()
        return self

    def _await_route(self, address):
        """The kernel makes the route of a new IPv6 address by and by."""
        for _ in range(500):
            told = subprocess.run(["ip", "-n", self.name, "route", "get", address, "oif", "lo"], capture_output=True,
                                  text=True, check=False)
            if told.stdout.startswith("local "):
                return
            time.sleep(0.01)
        raise AssertionError(f"no route to {address}: {told.stdout}{told.stderr}")

    def __exit__(self, *_):
        self._undo.close()

    @property
    def prefix(self):
        """Put before a command, it runs the command in here, with this hosts file and resolv.conf."""
        return ("ip", "netns", "exec", self.name)

    def write(self, name, text):
        """A file of /etc for the commands in here; it must exist outside too, for it is mounted over that one."""
        (self._etc / name).write_text(text)

    @contextlib.contextmanager
    def entered(self):
        """Sockets that the calling thread makes meanwhile, and threads that it starts, belong to the namespace."""
        with open("/proc/thread-self/ns/net") as before, open(f"/run/netns/{self.name}") as inside:
            _setns(inside)
            try:
                yield self
            finally:
                _setns(before)

    @staticmethod
    def _ip(*arguments):
        subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _setns(file):
    if _libc.setns(file.fileno(), _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _may_make():
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    try:
        with Namespace():
            return True
    except subprocess.CalledProcessError:
        return False


MAY_MAKE = _may_make()  # root may, but not in every container
