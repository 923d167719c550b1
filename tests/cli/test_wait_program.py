"""The program that connprobe wait becomes: when it runs, and what it inherits."""
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time

import pytest

from support.waiting import FAST, PATIENCE, read_until, start  # noqa: F401

# Everything that a program inherits.
MIRROR = """
import os, resource, signal
status = open('/proc/self/status').read()
print([line for line in status.splitlines() if line.startswith(('SigBlk', 'SigIgn', 'SigCgt', 'SigPnd', 'ShdPnd'))])
print(resource.getrlimit(resource.RLIMIT_NOFILE), sorted(os.environ.items()), os.getcwd(), os.umask(0))
print({n: os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if os.path.lexists(f'/proc/self/fd/{n}')})
"""


def test_a_program_runs_when_the_last_server_is_up(start, servers):
    first, second = servers.add(), servers.refusing()
    process = start(*FAST, first.target, second.target, "--", "sh", "-c", "echo ran; exit 7")
    lines = read_until(process.stderr, "down: ")
    assert f"connprobe: {second.target}: down: {second.target} refused the connection (connection_refused)\n" in lines
    second.open()
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (7, "ran\n")
    assert f"connprobe: {second.target}: up after " in errors and "2 up of 2" in errors


def test_enough_with_one_degraded_runs_the_program(connprobe, servers):
    done = connprobe("wait", "--max-latency", "1us", servers.add().target, "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (0, "ran\n")
    assert "degraded: " in done.stderr


def test_results_leave_standard_output_to_the_program(connprobe, servers, tmp_path):
    up, file = servers.add(), tmp_path / "out.json"
    done = connprobe("wait", up.target, "-j", "-o", f"ndjson={file}", "--", "echo", "ran")
    assert done.stdout == "ran\n"
    assert json.loads(done.stderr[done.stderr.index("{"):])["summary"]["up"] == 1
    assert len(file.read_text().splitlines()) == 3 and os.listdir(tmp_path) == ["out.json"]
    named = connprobe("wait", up.target, "-o", "json=-", "--", "echo", "ran")
    assert json.loads(named.stdout.removesuffix("ran\n"))["summary"]["up"] == 1


def test_files_are_whole_before_the_program_runs(connprobe, servers, tmp_path):
    file = tmp_path / "out.json"
    done = connprobe("wait", "-q", servers.add().target, "-o", file, "--", "cat", file)
    assert json.loads(done.stdout)["summary"]["exit_status"] == 0 and done.stderr == ""


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
    assert done.stdout == "ran\n" or done.returncode == 4


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_and_no_program_runs(start, servers, number):
    process = start(servers.refusing().target, "--", "echo", "ran")
    read_until(process.stderr, "down: ")
    process.send_signal(number)
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (-number, "") and "interrupted" in errors


def test_a_signal_that_comes_while_results_are_written_is_not_lost(start, servers, tmp_path):
    """They go into a pipe that nobody reads until the signal has come."""
    read_end, write_end = os.pipe()
    some = [servers.add() for _ in range(200)]
    process = start("--progress", "never", "-j", *(each.target for each in some), "--", "echo", "ran", stderr=write_end)
    os.close(write_end)
    assert servers.wait_until(lambda: all(each.accepted for each in some))
    wait_until_blocked_in_write(process.pid)
    process.send_signal(signal.SIGTERM)
    with os.fdopen(read_end, "rb") as stream:
        stream.read()
    output, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (-signal.SIGTERM, "")


def wait_until_blocked_in_write(pid):
    end = time.monotonic() + PATIENCE
    while not pathlib.Path(f"/proc/{pid}/syscall").read_text().startswith("1 "):
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a process namespace")
def test_as_process_one_it_becomes_the_program_or_ends_by_the_number(connprobe, servers):
    def isolated(*arguments):
        return subprocess.Popen(["unshare", "--pid", "--fork", "--kill-child", *connprobe.command("wait", *arguments)],
                                env=connprobe.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with isolated(servers.add().target, "--", "sh", "-c", "echo $$; exit 5") as process:
        output, _ = process.communicate(timeout=PATIENCE)
        assert (process.returncode, output) == (5, "1\n")
    with isolated(servers.refusing().target, "--", "echo", "ran") as process:
        read_until(process.stderr, "down: ")
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)
        output, _ = process.communicate(timeout=PATIENCE)
        assert (process.returncode, output) == (143, "")


def test_a_failed_wait_says_last_that_its_program_is_not_run(connprobe, servers):
    down, up = servers.refusing().target, servers.add().target
    once = ("--max-attempts", "1")
    done = connprobe("wait", *once, "--exit-zero", down, "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "connprobe: echo is not run: 0 of 1 up"
    done = connprobe("wait", *once, "--down", down, up, "--", "echo", "ran")
    assert done.stderr.splitlines()[-1] == "connprobe: echo is not run: 1 of 2 gone"
    done = connprobe("wait", "-o", "json=/dev/full", up, "--", "echo", "ran")
    assert done.stderr.splitlines()[-1] == "connprobe: echo is not run"
    quiet = connprobe("wait", "-q", *once, down, "--", "echo", "ran")
    assert (quiet.returncode, quiet.stderr) == (1, "")
    assert "is not run" not in connprobe("wait", *once, down).stderr
