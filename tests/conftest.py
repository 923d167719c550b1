"""What every test of the built program shares: the program itself, run as its users run it, and servers to probe."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess

import pytest

from support import delayed_path
from support import namespace as namespaces
from support import tcp, wire

ROOT = pathlib.Path(__file__).resolve().parent.parent

# A shell ignores some signals for what it starts in the background, nohup one more, and programs inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
for inherited in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(inherited, signal.SIG_DFL)


class Connprobe:
    """Runs the program under test; its path is in CONNPROBE, else build/connprobe."""

    def __init__(self, prefix=()):
        self.path = os.environ.get("CONNPROBE", str(ROOT / "build" / "connprobe"))
        self.prefix = prefix

    def __call__(self, *arguments, input=None, env=None, timeout=60, cwd=None):
        return subprocess.run(self.command(*arguments), input=input, env=self.environment(env), cwd=cwd,
                              capture_output=True, text=True, encoding="utf-8", errors="surrogateescape",
                              stdin=subprocess.DEVNULL if input is None else None, timeout=timeout)

    def json(self, *arguments, **options):
        """The JSON document of a run, and the finished process."""
        done = self(*arguments, "--json", **options)
        return json.loads(done.stdout), done

    def start(self, *arguments, env=None, cwd=None):
        """Begins a run and returns at once: a process with pipes for its output. Whoever starts it waits for its end."""
        return subprocess.Popen(self.command(*arguments), env=self.environment(env), cwd=cwd, text=True,
                                encoding="utf-8", errors="surrogateescape", stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def inside(self, namespace):
        """The same program, run inside a network namespace."""
        return Connprobe(namespace.prefix)

    def command(self, *arguments):
        return [*self.prefix, self.path, *map(str, arguments)]

    @staticmethod
    def environment(more=None):
        """Little, so that a test does not depend on who runs it."""
        return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": os.environ.get("HOME", "/"), **(more or {})}


@pytest.fixture(scope="session")
def connprobe():
    return Connprobe()


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture
def servers():
    """TCP and unix servers for one test: servers.add(HANDLER), servers.refusing(), servers.silent()."""
    with tcp.Servers() as some:
        yield some


@pytest.fixture
def start_warm(connprobe):
    """Begins a run of connprobe warm that is ended whatever the test does."""
    with contextlib.ExitStack() as ended:
        def started(*arguments, **options):
            process = ended.enter_context(subprocess.Popen(
                connprobe.command("warm", *arguments), env=connprobe.environment(), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options))
            ended.callback(process.kill)
            return process
        yield started


@pytest.fixture
def namespace():
    """A network namespace for one test."""
    if not namespaces.MAY_MAKE:
        pytest.skip("needs root and ip(8) to make a network namespace")
    with namespaces.Namespace() as made:
        yield made


@pytest.fixture
def watch():
    """Watches the packets of some ports: with watch(PORT, …) as seen."""
    if not wire.MAY_WATCH:
        pytest.skip("needs root to watch packets")
    return wire.Watch


@pytest.fixture(scope="module", params=[20, 200], ids=["20ms", "200ms"])
def slow_path(request):
    """Two namespaces with a slow way between them; round_trip_ms says how slow."""
    if not delayed_path.MAY_MAKE:
        pytest.skip(delayed_path.WHY_NOT)
    with delayed_path.DelayedPath(request.param / 1000) as made:
        made.round_trip_ms = request.param
        yield made
