"""With what the program ends: verdicts, signals, and results that could not be written."""
import contextlib
import fcntl
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

PATIENCE = 60  # seconds; nothing here takes that long unless it is broken


def summary_of(ndjson):
    return json.loads(ndjson.splitlines()[-1])


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@contextlib.contextmanager
def started(connprobe, *arguments, **options):
    """A run that is ended whatever the test does."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    process = subprocess.Popen(connprobe.command(*arguments), env=connprobe.environment(), **options)
    with process:
        try:
            yield process
        finally:
            process.kill()


def read_until_result(process):
    """Reads ndjson until the first server has its verdict: from then on the run goes on only for the others."""
    lines = []
    while not lines or json.loads(lines[-1])["type"] != "result":
        lines.append(process.stdout.readline())
        assert lines[-1], process.stderr.read()
    return "".join(lines)


@pytest.fixture
def endless(servers):
    """Arguments of a run with one server that is up at once and one that will never answer."""
    return ["-o", "ndjson", "--timeout", "0", servers.add().target, servers.silent().target]


@pytest.fixture
def up(servers):
    return servers.add()


@pytest.fixture
def down(servers):
    return servers.refusing()


def test_zero_when_all_are_up(connprobe, up):
    done = connprobe(up.target)
    assert (done.returncode, done.stderr) == (0, "")


def test_one_when_too_few_are_up(connprobe, up, down):
    document, done = connprobe.json(up.target, down.target)
    assert done.returncode == 1 and document["summary"]["exit_status"] == 1
    assert connprobe("--min-success", "any", up.target, down.target).returncode == 0
    assert connprobe("--min-success", "1", up.target, down.target).returncode == 0
    assert connprobe("--min-success", "50%", up.target, down.target).returncode == 0
    assert connprobe("--min-success", "51%", up.target, down.target).returncode == 1


def test_three_when_enough_are_up_and_one_is_degraded(connprobe, up):
    assert connprobe("--max-latency", "1us", up.target).returncode == 3


def test_124_when_the_deadline_comes_before_enough_are_up(connprobe, up, servers):
    document, done = connprobe.json("--deadline", "600ms", up.target, servers.silent().target)
    assert done.returncode == 124
    assert [each["status"] for each in document["results"]] == ["up", "unknown"]
    assert document["results"][1]["stopped_by"] == "deadline"


@pytest.mark.parametrize("arguments, status", [([], 1), (["--deadline", "500ms", "--retry", "fixed"], 124)])
def test_exit_zero_keeps_the_verdict_in_the_document(connprobe, down, arguments, status):
    document, done = connprobe.json("--exit-zero", *arguments, down.target)
    assert done.returncode == 0 and document["summary"]["exit_status"] == status


def test_exit_zero_leaves_other_statuses_alone(connprobe, up):
    assert connprobe("--exit-zero", "--no-such-option", up.target).returncode == 2
    assert connprobe("--exit-zero", "-o", "json=/dev/full", up.target).returncode == 4


@pytest.mark.parametrize("arguments", [
    ["--min-success", "2"], ["--max-attempts", "0"], ["-c", "many"], ["auth"], ["-s", "/no/such/file"], ["-t", "500"],
])
def test_two_when_the_input_is_wrong_and_nothing_is_probed(connprobe, up, arguments):
    done = connprobe(*arguments, up.target)
    assert done.returncode == 2
    assert done.stdout == "" and done.stderr.endswith("\n")
    assert up.accepted == 0


def test_no_limit_of_attempts_is_allowed_with_a_deadline(connprobe, down):
    assert connprobe("--max-attempts", "0", "--retry-delay", "10ms", "--deadline", "200ms", down.target).returncode in (1, 124)


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_and_what_is_known_is_written(connprobe, endless, number, status):
    with started(connprobe, *endless) as process:
        output = read_until_result(process)
        process.send_signal(number)
        rest, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == -number and errors == ""
    summary = summary_of(output + rest)
    assert (summary["exit_status"], summary["verdict"]) == (status, "incomplete")
    assert (summary["up"], summary["unknown"]) == (1, 1)


def test_a_signal_leaves_whole_files(connprobe, endless, tmp_path):
    file = tmp_path / "out.json"
    with started(connprobe, *endless, "-o", f"json={file}") as process:
        read_until_result(process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert json.loads(file.read_text())["summary"]["exit_status"] == 143
    assert os.listdir(tmp_path) == ["out.json"]


def test_a_second_signal_ends_at_once(connprobe, servers):
    """The first finds a run that cannot end, for nobody reads what it writes."""
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, 4096)
    targets = [servers.add().target for _ in range(20)]
    with started(connprobe, "-o", "ndjson", *targets, stdout=write_end) as process:
        os.close(write_end)
        wait_until(lambda: is_blocked_in_write(process.pid))
        process.send_signal(signal.SIGINT)
        wait_until(lambda: not is_pending(process.pid, signal.SIGINT))
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == -signal.SIGINT
    os.close(read_end)


def is_blocked_in_write(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/syscall").read_text().startswith("1 ")
    return False


def is_pending(pid, number):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    pending = next(line.split()[1] for line in status.splitlines() if line.startswith("ShdPnd:"))
    return int(pending, 16) >> (number - 1) & 1


def test_a_signal_that_was_ignored_stays_ignored(connprobe, servers):
    """As a shell does it for what it starts in the background."""
    arguments = ["-o", "ndjson", "--timeout", "500ms", servers.add().target, servers.silent().target]
    ignore = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)  # noqa: E731
    with started(connprobe, *arguments, preexec_fn=ignore) as process:
        output = read_until_result(process)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
    assert summary_of(output + rest)["down"] == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a process namespace")
def test_as_process_one_it_ends_by_the_number_of_the_signal(connprobe, endless):
    command = ["unshare", "--pid", "--fork", "--kill-child", *connprobe.command(*endless)]
    with subprocess.Popen(command, env=connprobe.environment(), stdout=subprocess.PIPE, text=True) as process:
        read_until_result(process)
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 143


@pytest.mark.parametrize("restore_signals", [True, False], ids=["default", "ignored"])
def test_a_reader_that_goes_away_ends_the_run_at_once_and_silently(connprobe, endless, tmp_path, restore_signals):
    """Python ignores SIGPIPE, and so does a child whose signals it does not restore."""
    file = tmp_path / "out.json"
    with started(connprobe, *endless, "-o", f"json={file}", restore_signals=restore_signals) as process:
        process.stdout.close()
        assert process.wait(PATIENCE) == -signal.SIGPIPE
        assert process.stderr.read() == ""
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["explain"], ["completion", "bash"], ["--version"]])
def test_texts_end_as_by_sigpipe_when_nobody_reads_them(connprobe, arguments):
    for restore_signals in (True, False):
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = subprocess.run(connprobe.command(*arguments), stdout=write_end, stderr=subprocess.PIPE,
                              restore_signals=restore_signals)
        os.close(write_end)
        assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


@pytest.mark.parametrize("format", ["table", "json"])
def test_a_run_ends_at_once_when_nobody_waits_for_its_results(connprobe, servers, format):
    read_end, write_end = os.pipe()
    silent = servers.silent()
    with started(connprobe, "-o", format, "--timeout", "1h", silent.target, stdout=write_end) as process:
        os.close(write_end)
        os.close(read_end)
        assert process.wait(PATIENCE) == -signal.SIGPIPE


def run_into(connprobe, path, *arguments):
    with open(path, "w") as output:
        return subprocess.run(connprobe.command(*arguments), env=connprobe.environment(), stdout=output,
                              stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("format", ["table", "json", "ndjson"])
def test_four_when_standard_output_is_full(connprobe, up, format):
    done = run_into(connprobe, "/dev/full", "-o", format, up.target)
    assert done.returncode == 4
    assert done.stderr == "connprobe: cannot write standard output: No space left on device\n"


def test_four_when_a_text_cannot_be_written(connprobe):
    done = run_into(connprobe, "/dev/full", "--help")
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert "No space left on device" in done.stderr


def test_four_when_a_file_cannot_be_written_and_the_others_are(connprobe, up, tmp_path):
    file = tmp_path / "good.json"
    done = connprobe("-q", "-o", "ndjson=/dev/full", "-o", f"json={file}", up.target)
    assert done.returncode == 4
    assert done.stderr == "connprobe: cannot write /dev/full: No space left on device\n"
    assert json.loads(file.read_text())["summary"]["up"] == 1


@pytest.mark.parametrize("directory, reason", [("/no/such/directory", "folder does not exist"), ("/sys", "Permission denied")])
def test_four_before_anything_is_probed_when_a_file_cannot_be_made(connprobe, up, directory, reason):
    done = connprobe("-o", f"json={directory}/out.json", up.target)
    assert done.returncode == 4
    assert done.stderr.startswith("connprobe: cannot ") and reason in done.stderr and done.stderr.count("\n") == 1
    assert up.accepted == 0


def test_a_closed_standard_output_is_no_place_for_a_connection(connprobe, servers):
    """The first socket would get its number, and a server the results."""
    received = []

    def record(connection):
        received.append(connection.recv(1))

    server = servers.add(record)
    done = subprocess.run(["sh", "-c", 'exec "$0" "$@" >&-', *connprobe.command("-o", "ndjson", server.target)],
                          env=connprobe.environment(), stderr=subprocess.PIPE, text=True)
    assert done.returncode == 4
    assert "standard output" in done.stderr
    assert servers.wait_until(lambda: len(received) == server.accepted)
    assert all(each == b"" for each in received)


def test_quiet_prints_nothing(connprobe, up, down):
    done = connprobe("-q", up.target, down.target)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
