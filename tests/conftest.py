"""What every test of the built program shares: the program itself, run as its users run it."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Connprobe:
    """Runs the program under test; its path is in CONNPROBE, else build/connprobe."""

    def __init__(self):
        self.path = os.environ.get("CONNPROBE", str(ROOT / "build" / "connprobe"))

    def __call__(self, *arguments, input=None, env=None, timeout=60, cwd=None):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": os.environ.get("HOME", "/")}
        environment.update(env or {})
        return subprocess.run([self.path, *map(str, arguments)], input=input, env=environment, cwd=cwd,
                              capture_output=True, text=True, encoding="utf-8", errors="surrogateescape",
                              stdin=subprocess.DEVNULL if input is None else None, timeout=timeout)

    def json(self, *arguments, **options):
        """The JSON document of a run, and the finished process."""
        done = self(*arguments, "--json", **options)
        return json.loads(done.stdout), done


@pytest.fixture(scope="session")
def connprobe():
    return Connprobe()


@pytest.fixture(scope="session")
def root():
    return ROOT
