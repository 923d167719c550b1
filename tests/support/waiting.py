"""Runs of connprobe wait, and how what they tell is read."""
import contextlib
import subprocess

import pytest

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
