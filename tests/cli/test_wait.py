"""connprobe wait: until enough servers are up or gone, and what it tells meanwhile."""
import json
import re
import time

import pytest

from support import tcp
from support.waiting import FAST, PATIENCE, messages, read_until, start  # noqa: F401


def test_what_is_up_is_not_waited_for(connprobe, servers):
    up = servers.add()
    done = connprobe("wait", up.target)
    assert done.returncode == 0 and "1 up of 1" in done.stdout
    first, second = messages(done.stderr)
    assert first == f"waiting up to 60 s for {up.target} (--deadline)"
    assert second.startswith(f"{up.target}: up after ")


def test_a_server_that_was_up_once_is_not_asked_again(start, servers):
    up, late = servers.add(), servers.refusing()
    process = start(*FAST, up.target, late.target, "-q", "-v")
    read_until(process.stderr, "attempt 3")
    late.open()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and up.accepted == 1


def test_a_program_does_not_run_when_the_wait_failed(connprobe, servers):
    down = servers.refusing()
    done = connprobe("wait", "-t", "100ms", *FAST, servers.add().target, down.target, "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (124, "")
    assert f"{down.target} refused the connection" in done.stderr and "cut off by the deadline" in done.stderr
    assert "deadline_exceeded" not in done.stderr
    zero = connprobe("wait", "-t", "100ms", *FAST, "--exit-zero", down.target, "--", "echo", "ran")
    assert (zero.returncode, zero.stdout) == (0, "")


def test_every_target_is_named_at_the_deadline(connprobe, servers):
    targets = [servers.add().target, servers.refusing().target, servers.silent().target]
    began = time.monotonic()
    document, done = connprobe.json("wait", "--deadline", "300ms", *targets)
    assert time.monotonic() - began >= 0.3
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
    assert "up, 1 of 3 times running" in done.stderr


def test_a_failure_begins_the_count_of_successes_anew(connprobe, servers):
    ok = tcp.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    flapping = servers.add(tcp.in_turn(ok, ok, tcp.close_at_once, ok))
    document, done = connprobe.json("wait", *FAST, "--consecutive", "3", f"http://{flapping.target}/")
    result, = document["results"]
    assert done.returncode == 0 and (result["status"], result["attempts"]) == ("up", 6)
    assert [each["error"] is None for each in result["history"]] == [True, True, False, True, True, True]
    assert done.stderr.count("up, 1 of 3 times running") == 2 and done.stderr.count(": down: ") == 1


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
    document, done = connprobe.json("wait", "--down", "-t", "200ms", *FAST, "--tls", plain.target)
    assert done.returncode == 124 and document["results"][0]["error"]["code"] == "not_tls"
    document, done = connprobe.json("wait", "--down", "-t", "200ms", "-6", "127.0.0.1:80")
    result, = document["results"]
    assert (done.returncode, result["status"], result["error"]["code"]) == (124, "unknown", "no_address")


def test_down_tells_in_the_table_what_is_gone_and_what_is_not(connprobe, servers):
    """Those still there come last and are explained; of those that are gone nothing needs to be done."""
    there, gone = servers.add(), servers.refusing()
    plain = servers.add(tcp.answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    done = connprobe("wait", "--down", "-t", "300ms", *FAST, there.target, gone.target, f"tls://{plain.target}")
    lines = done.stdout.splitlines()
    assert [line.split("  ")[0].strip() for line in lines[1:4]] == ["✓", "✗", "✗"]
    assert gone.target in lines[1] and "gone, connection_refused" in lines[1]
    assert there.target in lines[2] and "still there" in lines[2]
    assert plain.target in lines[3] and "still there" in lines[3] and "not_tls" in lines[3]
    below = "\n".join(lines[4:])
    assert f" {there.target} still accepts connections.\n" in below and f"tls://{plain.target}" in below
    assert "connprobe explain not_tls" in below and "connection_refused" not in below
    assert lines[-1].startswith("1 gone, 2 still there of 3 in ") and done.returncode == 124


def test_down_with_all_gone_needs_no_explanation(connprobe, servers):
    done = connprobe("wait", "--down", servers.refusing().target, "--min-success", "any", servers.refusing().target)
    assert done.returncode == 0 and "Next:" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith(("2 gone of 2 in ", "1 gone, 1 unknown of 2 in "))
    assert "1 had to be gone" in done.stdout.splitlines()[-1]


def test_down_with_consecutive(connprobe, servers):
    document, done = connprobe.json("wait", "--down", "--consecutive", "3", *FAST, servers.refusing().target)
    assert done.returncode == 0 and document["results"][0]["attempts"] == 3


def test_no_server_needed_is_no_wait(connprobe, servers):
    done = connprobe("wait", "--deadline", "0", "--min-success", "0", servers.silent().target, "--", "echo", "ran")
    assert (done.returncode, done.stdout) == (0, "ran\n")


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
    done = connprobe("wait", "-t", "1s", f"127.0.0.0/24:{down.port}")
    told = messages(done.stderr)
    assert told[0] == "waiting up to 1 s for 256 servers (--deadline)"
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


def test_a_command_without_its_hyphens_is_no_target(connprobe):
    done = connprobe("wait", "127.0.0.1:1", "pg_dump")
    assert done.returncode == 2
    assert "a command to run stands after --: connprobe wait 127.0.0.1:1 -- CMD" in done.stderr


def test_its_help_has_its_options_only(connprobe):
    shown = connprobe("wait", "--help").stdout
    assert "--consecutive" in shown and "--down" in shown and "[60s]" in shown and "--serve " not in shown
    short = connprobe("wait", "-h").stdout
    assert "Examples:" in short and len(short.splitlines()) <= 24


@pytest.mark.parametrize("command, manual", [("wait", "connprobe"), ("warm", "connprobe-warm")])
def test_help_is_short_and_leads_on(connprobe, command, manual):
    short = connprobe(command, "-h").stdout
    assert "Examples:" in short and short.endswith(f"\nAll options: connprobe {command} --help\n")
    assert len(short.splitlines()) <= 24
    long = connprobe(command, "--help").stdout
    assert "\nExit status: that of CMD" in long and long.endswith(f"More: man {manual}\n")
    assert re.search("--attempt-timeout TIME +All phases of one attempt together \\[5s\\]", long)
    wrong = connprobe(command, "--no-such-option")
    assert wrong.stderr.endswith(f"Help: connprobe {command} -h; all options: connprobe {command} --help\n")


def test_the_deadline_of_warm_is_for_opening(connprobe):
    assert re.search("--deadline TIME +Give up opening after TIME \\[none\\]", connprobe("warm", "--help").stdout)


@pytest.mark.parametrize("arguments, message", [
    (["127.0.0.1:1", "--", "true", "x"],
     "true: a command to run belongs to wait and warm: write connprobe wait 127.0.0.1:1 -- CMD"),
    (["-s", "list.json", "--", "true"],
     "true: a command to run belongs to wait and warm: write connprobe wait TARGET -- CMD"),
    (["waitt", "127.0.0.1:1"], "waitt: neither a command nor a target: did you mean wait?"),
])
def test_a_command_that_a_probe_cannot_run_is_taught(connprobe, arguments, message):
    done = connprobe(*arguments)
    assert done.returncode == 2 and done.stderr.splitlines()[0] == f"connprobe: {message}"


def test_two_hyphens_of_a_probe_still_end_its_options(connprobe, servers):
    assert connprobe(servers.add().target, "--", servers.add().target).returncode == 0
    assert "localhost: no port" in connprobe("--", "localhost").stderr


def test_no_server_needed_needs_no_explanation(connprobe, servers):
    done = connprobe("wait", "--min-success", "0", servers.silent().target)
    assert done.returncode == 0 and "the run ended early" not in done.stdout and "Next:" not in done.stdout
    assert "0 had to be up" in done.stdout


@pytest.mark.parametrize("arguments, told", [
    ([], "waits up to 60 s (--deadline) until they are up"),
    (["-t", "0", "--down", "--consecutive", "3"],
     "waits without end (--deadline) until they are gone (--down), each 3 times running (--consecutive)"),
])
def test_a_dry_run_shows_what_is_waited_for(connprobe, arguments, told):
    assert connprobe("wait", "--dry-run", "db:1", *arguments).stdout.splitlines()[1] == told
    assert "waits" not in connprobe("--dry-run", "db:1").stdout
