"""The program that connprobe wait becomes: how it is found, what it inherits, and what cannot keep it from running."""
import contextlib
import os
import resource
import signal
import subprocess
import sys

import pytest

PATIENCE = 60  # seconds; nothing here takes that long unless it is broken


# Everything that a program inherits.
MIRROR = """
import os, resource, signal
status = open('/proc/self/status').read()
print([line for line in status.splitlines() if line.startswith(('SigBlk', 'SigIgn', 'SigCgt', 'SigPnd', 'ShdPnd'))])
print(resource.getrlimit(resource.RLIMIT_NOFILE), sorted(os.environ.items()), os.getcwd(), os.umask(0))
print({n: os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{n}')})
"""


def test_a_program_does_not_run_when_results_could_not_be_written(connprobe, servers):
    done = connprobe("wait", servers.add().target, "-q", "-o", "json=/dev/full", "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (4, "")


@pytest.mark.parametrize("command, status, message", [
    ("no-such-program", 127, "no-such-program: not found"),
    ("./no-such-program", 127, "./no-such-program: not found"),
    ("/", 126, "/: is a directory"),
    ("/etc/passwd", 126, "/etc/passwd: not executable, or not for this user"),
])
def test_a_program_that_cannot_run_is_told_before_anything_is_probed(connprobe, servers, tmp_path, command, status, message):
    up, file = servers.add(), tmp_path / "out.json"
    done = connprobe("wait", up.target, "-o", file, "--", command)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", f"connprobe: {message}\n")
    assert up.accepted == 0 and not file.exists()


def script(path, content, mode=0o755):
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_script_runs_as_a_shell_would_run_it(connprobe, servers, tmp_path):
    up = servers.add().target
    bare = script(tmp_path / "bare", b'echo "$0 $1"; exit 3\n')
    done = connprobe("wait", "-q", up, "--", bare, "a b")
    assert (done.returncode, done.stdout, done.stderr) == (3, f"{bare} a b\n", "")
    foreign = script(tmp_path / "foreign", b"\x7fNOT\0 for this machine\n")
    done = connprobe("wait", "-q", up, "--", foreign)
    assert done.returncode == 126 and done.stderr == f"connprobe: {foreign}: cannot be run: Exec format error\n"
    orphan = script(tmp_path / "orphan", b"#!/no/such/interpreter\n")
    done = connprobe("wait", "-q", up, "--", orphan)
    assert (done.returncode, done.stderr) == \
        (127, f"connprobe: {orphan}: its interpreter, which its first line names, is not there\n")


def test_arguments_of_the_program_are_its_own(connprobe, servers):
    done = connprobe("wait", "-q", servers.add().target, "--", "printf", "<%s>", "-t", "--", "--json", "", "a b")
    assert done.stdout == "<-t><--><--json><><a b>"


def inherit(arguments):
    """Unusual things to be started with, of which nothing may be lost."""
    def prepare():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGUSR2, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGTERM})
        resource.setrlimit(resource.RLIMIT_NOFILE, (123, 456))
        os.umask(0o27)
        os.close(0)
    return subprocess.run(list(map(str, arguments)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=prepare,
                          env={"PATH": os.environ["PATH"], "ODD": "a=b"}, restore_signals=False, text=True)


@pytest.mark.parametrize("run", [
    inherit, lambda arguments: subprocess.run(list(map(str, arguments)), capture_output=True, text=True),
], ids=["unusual", "usual"])
def test_the_program_gets_what_connprobe_got(connprobe, servers, run):
    mirror = [sys.executable, "-c", MIRROR]

    def seen(done):
        assert done.returncode == 0
        return [line for line in done.stdout.splitlines() if not line.startswith("{")], open_descriptors(done.stdout)
    assert seen(run([*connprobe.command("wait", servers.add().target, "--"), *mirror])) == seen(run(mirror))


def open_descriptors(output):
    [line] = [line for line in output.splitlines() if line.startswith("{")]
    return sorted(line.count(f"'{n}':") and n for n in range(100))


def test_a_reader_of_the_log_that_went_away_does_not_end_the_program(connprobe, servers):
    """A SIGPIPE of ours must not wait for it behind the signal mask."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(connprobe.command("wait", servers.add().target, "--", "echo", "ran"), stdout=subprocess.PIPE,
                          stderr=write_end, text=True, env=connprobe.environment())
    os.close(write_end)
    assert (done.returncode, done.stdout) == (0, "ran\n")


def test_without_standard_error_the_program_runs_all_the_same(connprobe, servers):
    up = servers.add().target
    closed = ["sh", "-c", 'exec "$@" 2>&-', "-"]
    mirror = [sys.executable, "-c", MIRROR]

    def ran(*arguments):
        return subprocess.run([*closed, *map(str, arguments)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                              env=connprobe.environment())
    waited, alone = ran(*connprobe.command("wait", up, "--", *mirror)), ran(*mirror)
    assert waited.returncode == 0 and open_descriptors(waited.stdout) == open_descriptors(alone.stdout)
    asked = ran(*connprobe.command("wait", up, "-o", "table", "--", "echo", "ran"))
    assert (asked.returncode, asked.stdout) == (4, "")


@pytest.fixture
def full_pipe():
    """The end of a pipe that takes nothing any more."""
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(write_end, bytes(4096))
    os.set_blocking(write_end, True)
    yield write_end
    os.close(write_end)
    os.close(read_end)


def test_a_log_that_nobody_reads_holds_up_nothing(connprobe, servers, full_pipe):
    def run(*arguments):
        done = subprocess.run(connprobe.command("wait", *arguments, "--", "echo", "ran"), stdout=subprocess.PIPE,
                              stderr=full_pipe, stdin=subprocess.DEVNULL, text=True, timeout=PATIENCE)
        return done.returncode, done.stdout
    assert run(servers.add().target) == (0, "ran\n")
    assert run(servers.refusing().target, "-t", "1s", "--progress", "always") == (124, "")


def test_one_signal_is_enough_where_nobody_reads_the_log(connprobe, servers, full_pipe):
    up = servers.add()
    command = connprobe.command("wait", up.target, servers.refusing().target, "--", "echo", "ran")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=full_pipe, stdin=subprocess.DEVNULL, text=True) as process:
        try:
            servers.wait_until(lambda: up.accepted == 1)
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=PATIENCE)[0] == "" and process.returncode == -signal.SIGTERM
        finally:
            process.kill()
