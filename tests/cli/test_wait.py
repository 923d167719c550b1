"""connprobe wait: until enough servers are up or gone, and what it tells meanwhile."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

from support import tcp

PATIENCE = 60  # seconds; nothing here takes that long unless it is broken
FAST = ("--retry-delay", "10ms")


@pytest.fixture
def start(connprobe):
    """Begins a run that is ended whatever the test does."""
    with contextlib.ExitStack() as ended:
        def started(*arguments, **options):
            options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
                       **options}
            process = ended.enter_context(subprocess.Popen(connprobe.command("wait", *arguments),
                                                           env=connprobe.environment(), **options))
            ended.callback(process.kill)
            return process
        yield started


def read_until(stream, word):
    """The lines up to the first that holds the word."""
    lines = []
    for line in stream:
        lines.append(line)
        if word in line:
            return lines
    raise AssertionError(f"no line with {word!r} in {lines}")


def messages(text):
    """What was told while it waited."""
    return [line.removeprefix("connprobe: ") for line in text.splitlines() if line.startswith("connprobe: ")]


def test_what_is_up_is_not_waited_for(connprobe, servers):
    up = servers.add()
    done = connprobe("wait", up.target)
    assert done.returncode == 0 and "1 up of 1" in done.stdout
    first, second = messages(done.stderr)
    assert first == f"waiting up to 60 s for {up.target} (--deadline)"
    assert second.startswith(f"{up.target}: up after ")


def test_a_program_runs_when_the_last_server_is_up(start, servers):
    first, second = servers.add(), servers.refusing()
    process = start(*FAST, first.target, second.target, "--", "sh", "-c", "echo ran; exit 7")
    lines = read_until(process.stderr, "down: ")
    assert f"connprobe: {second.target}: down: {second.target} refused the connection (connection_refused)\n" in lines
    second.open()
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (7, "ran\n")
    assert f"connprobe: {second.target}: up after " in errors and "2 up of 2" in errors


def test_a_server_that_was_up_once_is_not_asked_again(start, servers):
    up, late = servers.add(), servers.refusing()
    process = start(*FAST, up.target, late.target, "-q", "-v")
    read_until(process.stderr, "attempt 3")
    late.open()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and up.accepted == 1


def test_a_program_does_not_run_when_the_wait_failed(connprobe, servers):
    down = servers.refusing()
    done = connprobe("wait", "-t", "500ms", *FAST, servers.add().target, down.target, "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (124, "")
    assert f"{down.target} refused the connection" in done.stderr and "cut off by the deadline" in done.stderr
    assert "deadline_exceeded" not in done.stderr
    zero = connprobe("wait", "-t", "300ms", *FAST, "--exit-zero", down.target, "--", "echo", "ran")
    assert (zero.returncode, zero.stdout) == (0, "")


def test_every_target_is_named_at_the_deadline(connprobe, servers):
    targets = [servers.add().target, servers.refusing().target, servers.silent().target]
    began = time.monotonic()
    document, done = connprobe.json("wait", "--deadline", "1s", *targets)
    assert time.monotonic() - began >= 1
    assert done.returncode == 124 and document["run"]["command"] == "wait"
    assert [each["status"] for each in document["results"]] == ["up", "down", "unknown"]
    assert [each["stopped_by"] for each in document["results"]] == [None, "deadline", "deadline"]
    assert document["results"][1]["error"]["code"] == "connection_refused"
    assert document["summary"]["verdict"] == "incomplete"


def test_a_failure_that_a_probe_takes_for_final_is_waited_out(start, connprobe, servers):
    """A TLS server that shows a wrong certificate may be about to get its own: only a rule makes that final."""
    arguments = ["--tls", servers.add(tcp.answer(b"HTTP/1.1 400 Bad Request\r\n\r\n")).target, "-t", "10s", *FAST]
    done = connprobe("wait", *arguments, "--retry-rule", "not_tls=stop")
    assert done.returncode == 1 and "given up after 1 attempt: " in done.stderr
    process = start(*arguments, "-q", "-v")
    read_until(process.stderr, "attempt 3")


@pytest.mark.parametrize("arguments, schedule", [
    ([], "attempts without end: at 0, 250 ms, 500 ms"),
    (["--retry", "exponential"], "attempts without end: at 0, 250 ms, 750 ms"),
    (["--retry-delay", "1s"], "attempts without end: at 0, 1 s, 2 s"),
    (["--max-attempts", "2"], "2 attempts: at 0, 250 ms"),
    (["--retry-rule", "auth=stop"], "after auth: no further attempt after anything else: attempts without end: at 0, 250 ms"),
])
def test_its_defaults_are_weaker_than_what_is_said(connprobe, arguments, schedule):
    shown = connprobe("wait", "--dry-run", "db:1", *arguments, "--", "no-such-program")
    assert shown.returncode == 0 and schedule in " ".join(shown.stdout.split())


def test_the_retries_of_a_list_are_stronger_than_the_defaults(connprobe, servers, tmp_path):
    down = servers.refusing()
    file = tmp_path / "list.yaml"
    file.write_text(f"servers:\n- {{host: 127.0.0.1, port: {down.port}, retry: {{max_attempts: 2, delay: 1ms}}}}\n")
    done = connprobe("wait", "-s", file)
    assert done.returncode == 1 and "given up after 2 attempts: " in done.stderr


def test_consecutive_asks_until_a_server_was_up_so_often(connprobe, servers):
    up = servers.add()
    document, done = connprobe.json("wait", *FAST, "--consecutive", "3", up.target)
    assert done.returncode == 0
    assert document["results"][0]["attempts"] == 3 and up.accepted == 3
    assert "up, 1 of 3 times in a row" in done.stderr


def test_a_failure_begins_the_count_of_successes_anew(connprobe, servers):
    ok = tcp.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    flapping = servers.add(tcp.in_turn(ok, ok, tcp.close_at_once, ok))
    document, done = connprobe.json("wait", *FAST, "--consecutive", "3", f"http://{flapping.target}/")
    result, = document["results"]
    assert done.returncode == 0 and (result["status"], result["attempts"]) == ("up", 6)
    assert [each["error"] is None for each in result["history"]] == [True, True, False, True, True, True]
    assert done.stderr.count("up, 1 of 3 times in a row") == 2 and done.stderr.count(": down: ") == 1


def test_consecutive_needs_as_many_attempts(connprobe):
    done = connprobe("wait", "--consecutive", "3", "--max-attempts", "2", "127.0.0.1:1")
    assert done.returncode == 2
    assert done.stderr == "127.0.0.1:1: --consecutive 3 needs as many attempts, and it has 2 (max_attempts)\n"
    assert connprobe("wait", "--consecutive", "0", "127.0.0.1:1").returncode == 2


def test_it_ends_as_soon_as_enough_are_up(connprobe, servers):
    document, done = connprobe.json("wait", "--deadline", "0", "--min-success", "any", servers.silent().target,
                                    servers.refusing().target, servers.add().target, "--retry-delay", "1h")
    assert done.returncode == 0
    silent, refusing, up = document["results"]
    assert (up["status"], up["stopped_by"]) == ("up", None)
    assert (refusing["status"], refusing["stopped_by"]) in [("down", "enough"), ("unknown", "enough")]
    assert (silent["status"], silent["stopped_by"], silent["error"]["class"]) == ("unknown", "enough", "cancelled")
    assert silent["error"]["message"] == "the run ended early: enough other servers were up"


def test_it_ends_as_soon_as_enough_can_no_longer_be_up(connprobe, servers):
    document, done = connprobe.json("wait", "--deadline", "0", "--max-attempts", "2", *FAST, servers.silent().target,
                                    servers.refusing().target)
    assert done.returncode == 1
    assert [each["stopped_by"] for each in document["results"]] == ["fail_fast", "attempts"]


def test_enough_with_one_degraded_runs_the_program(connprobe, servers):
    done = connprobe("wait", "--max-latency", "1us", servers.add().target, "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (0, "ran\n")
    assert "degraded: " in done.stderr


def test_down_waits_until_a_server_is_gone(start, servers):
    server = servers.add()
    process = start("--down", *FAST, "-j", server.target)
    read_until(process.stderr, "still there")
    server.close()
    output, errors = process.communicate(timeout=PATIENCE)
    document = json.loads(output)
    assert process.returncode == 0 and ": gone after " in errors
    assert (document["summary"]["verdict"], document["summary"]["down"], document["summary"]["up"]) == ("up", 1, 0)
    result, = document["results"]
    assert (result["status"], result["stopped_by"], result["error"]["code"]) == ("down", None, "connection_refused")


def test_down_takes_what_fails_later_for_still_there(connprobe, servers):
    """Not TLS is an answer; a name without an address is no news of the server."""
    plain = servers.add(tcp.answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    document, done = connprobe.json("wait", "--down", "-t", "600ms", *FAST, "--tls", plain.target)
    assert done.returncode == 124 and document["results"][0]["error"]["code"] == "not_tls"
    document, done = connprobe.json("wait", "--down", "-t", "500ms", "-6", "127.0.0.1:80")
    result, = document["results"]
    assert (done.returncode, result["status"], result["error"]["code"]) == (124, "unknown", "no_address")


def test_down_with_consecutive(connprobe, servers):
    document, done = connprobe.json("wait", "--down", "--consecutive", "3", *FAST, servers.refusing().target)
    assert done.returncode == 0 and document["results"][0]["attempts"] == 3


def test_no_server_needed_is_no_wait(connprobe, servers):
    done = connprobe("wait", "--deadline", "0", "--min-success", "0", servers.silent().target, "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (0, "ran\n")


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


def test_quiet_is_silent_and_progress_can_be_chosen(connprobe, servers):
    up = servers.add().target
    quiet = connprobe("wait", "-q", up)
    assert (quiet.stdout, quiet.stderr) == ("", "")
    never = connprobe("wait", "--progress", "never", up)
    assert never.stderr == "" and "1 up of 1" in never.stdout
    failed = connprobe("wait", "-q", "-t", "100ms", *FAST, servers.refusing().target)
    assert (failed.returncode, failed.stdout, failed.stderr) == (124, "", "")


def test_many_servers_do_not_flood_the_log(connprobe, servers):
    down = servers.refusing()
    block = connprobe("wait", "-t", "500ms", f"127.0.0.0/24:{down.port}", "-q", "--progress", "auto")
    assert block.stderr == ""
    done = connprobe("wait", "-t", "3s", f"127.0.0.0/24:{down.port}")
    told = messages(done.stderr)
    assert told[0] == "waiting up to 3 s for 256 servers (--deadline)"
    assert sum(": down: " in line for line in told) == 20
    assert sum(int(line.split()[1]) for line in told if line.endswith("more changes")) == 236 and len(told) <= 24


@pytest.mark.parametrize("arguments, message", [
    (["--", "true"], "connprobe: no servers: name some, or a list of them with --servers"),
    (["127.0.0.1:1", "--"], "connprobe: --: the command to run is missing after it: write -- CMD, or leave -- out"),
    (["127.0.0.1:1", "-t", "1s", "--deadline", "2s"],
     "connprobe: --deadline: it is another name of -t here: give one of them"),
    (["127.0.0.1:1", "--consecutive", "many"], "connprobe: --consecutive: expected a whole number, found \"many\""),
])
def test_what_is_wrong_is_said(connprobe, arguments, message):
    done = connprobe("wait", *arguments)
    assert done.returncode == 2 and done.stderr.splitlines()[0] == message
