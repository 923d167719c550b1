"""What wait and warm say: their help, their last words, their table of what is gone, and what they teach."""
import re

import pytest

from support import tcp

FAST = ("--retry-delay", "10ms")


def test_down_tells_in_the_table_what_is_gone_and_what_is_not(connprobe, servers):
    """Those still there come last and are explained; of those that are gone nothing needs to be done."""
    there, gone = servers.add(), servers.refusing()
    plain = servers.add(tcp.answer(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    done = connprobe("wait", "--down", "-t", "1s", *FAST, there.target, gone.target, f"tls://{plain.target}")
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
     "waits without end (--deadline) until they are gone (--down), each 3 times in a row (--consecutive)"),
])
def test_a_dry_run_shows_what_is_waited_for(connprobe, arguments, told):
    assert connprobe("wait", "--dry-run", "db:1", *arguments).stdout.splitlines()[1] == told
    assert "waits" not in connprobe("--dry-run", "db:1").stdout


def test_a_command_without_its_hyphens_is_no_target(connprobe):
    done = connprobe("wait", "127.0.0.1:1", "pg_dump")
    assert done.returncode == 2
    assert "a command to run stands after --: connprobe wait 127.0.0.1:1 -- CMD" in done.stderr


def test_its_help_has_its_options_only(connprobe):
    shown = connprobe("wait", "--help").stdout
    assert "--consecutive" in shown and "--down" in shown and "[60s]" in shown and "--serve " not in shown
    short = connprobe("wait", "-h").stdout
    assert "Examples:" in short and len(short.splitlines()) <= 24
