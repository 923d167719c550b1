"""Real servers as processes of the test: started on a free port in a directory of their own, stopped by their pid."""
import contextlib
import os
import pathlib
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time


def free_ports(count):
    """Different ports that are free, for programs that cannot be handed a socket. They lie below those that the kernel
    gives away by itself: nobody gets one of them before the program has begun to listen."""
    end = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    found = []
    while len(found) < count:
        port = random.randrange(min(20000, end // 2), end)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.append(port)
    return found if len(set(found)) == count else free_ports(count)


def free_port():
    return free_ports(1)[0]


def unprivileged():
    """Arguments for subprocess that give up root's rights, for servers that refuse to run with them."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


@contextlib.contextmanager
def directory():
    """A directory that belongs to the user of unprivileged(), removed at the end."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="connprobe-test-"))
    try:
        own(path)
        yield path
    finally:
        shutil.rmtree(path)


def own(*paths):
    """Gives the paths to the user of unprivileged()."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        for path in paths:
            os.chown(path, user.pw_uid, user.pw_gid)


@contextlib.contextmanager
def running(command, port, log, **options):
    """Runs a server from when its port on 127.0.0.1 can be connected to until the context is left, writing to `log`."""
    with open(log, "ab") as output:
        own(log)
        process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                   **options)
    try:
        _wait_for(process, port, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process, port, log, timeout=60):
    end = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError(f"{process.args[0]} does not answer on port {port}:\n{pathlib.Path(log).read_text()}")
