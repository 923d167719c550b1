"""connprobe demo: what a newcomer sees, and the self-test that it is."""
import json
import pathlib
import re
import signal
import subprocess

import pytest

VERDICTS = {
    "up": ("up", None), "unix": ("up", None), "ready": ("up", None), "tls": ("up", None), "flapping": ("up", None),
    "slow": ("degraded", "slow"), "expiring": ("degraded", "certificate_expires_soon"),
    "expired": ("down", "certificate_expired"), "wrong-name": ("down", "hostname_mismatch"),
    "untrusted": ("down", "unknown_authority"), "plain-text": ("down", "not_tls"),
    "unready": ("down", "unexpected_status"), "loading": ("down", "not_serving"),
    "refusing": ("down", "connection_refused"), "silent": ("down", "connect_timeout"),
}


def verdicts(document):
    """Status of each server, and the failure's or else the first warning's code."""
    def code(result):
        return result["error"]["code"] if result["error"] else next((w["code"] for w in result["warnings"]), None)
    return {each["name"]: (each["status"], code(each)) for each in document["results"]}


@pytest.fixture
def serving(connprobe, tmp_path):
    """A demo that serves, and the command that it printed."""
    with connprobe.start("demo", "--serve", env={"TMPDIR": str(tmp_path)}) as run:
        printed = ""
        for line in run.stderr:
            printed += line
            if "Ctrl-C" in line:
                break
        yield run, re.search(r"^\$ (.*)$", printed, re.MULTILINE).group(1)
        run.terminate()


def test_the_demo_gets_every_verdict_and_leaves_nothing_behind(connprobe, tmp_path):
    done = connprobe("demo", env={"TMPDIR": str(tmp_path)})
    assert done.returncode == 0, done.stdout + done.stderr
    marks = {"up": "✓", "degraded": "!", "down": "✗"}
    for name, (status, code) in VERDICTS.items():
        row = next(line for line in done.stdout.splitlines() if line.split()[1:2] == [name])
        assert row.split()[0] == marks[status]
        assert status != "down" or code in row
    assert "got the verdict it was built for" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_demo_writes_every_format(connprobe):
    document, done = connprobe.json("demo")
    assert done.returncode == 0
    assert verdicts(document) == VERDICTS
    assert document["summary"]["exit_status"] == 1


def test_a_quiet_demo_says_nothing(connprobe):
    done = connprobe("demo", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_printed_command_gives_the_same_verdicts_while_the_demo_serves(connprobe, serving):
    run, command = serving
    for _ in range(2):
        done = subprocess.run(["sh", "-c", f"{command} --json"], env=connprobe.environment(), capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == 1
        document = json.loads(done.stdout)
        assert verdicts(document) == VERDICTS
        assert {each["name"]: each["attempts"] for each in document["results"]}["flapping"] == 2
    assert run.poll() is None


def test_a_signal_is_the_normal_end_of_serving(serving, tmp_path):
    run, _ = serving
    run.send_signal(signal.SIGTERM)
    assert run.wait(60) == 0
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_demo_leaves_nothing_behind(connprobe, tmp_path):
    run = connprobe.start("demo", "-v", env={"TMPDIR": str(tmp_path)})
    assert any("connection_refused" in line for line in run.stderr)
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=60)
    assert run.returncode == -signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_a_demo_without_a_place_for_its_list_says_so(connprobe, tmp_path):
    missing = pathlib.Path(tmp_path, "missing")
    done = connprobe("demo", env={"TMPDIR": str(missing)})
    assert done.returncode == 4
    assert str(missing) in done.stderr and "No such file or directory" in done.stderr
