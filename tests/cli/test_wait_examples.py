"""The examples of configs/wait: each is well-formed, and its command is one that connprobe understands."""
import configparser
import shlex

import pytest
import yaml

FOLDER = "configs/wait"


def documents(path):
    return yaml.safe_load(path.read_text())


def kubernetes(path):
    [container] = documents(path)["spec"]["template"]["spec"]["initContainers"]
    return container["command"]


def compose(path):
    return documents(path)["services"]["shop"]["command"]


def systemd(path):
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str
    unit.read(path)
    assert unit["Service"]["ExecStart"] and unit["Install"]["WantedBy"]
    return shlex.split(unit["Service"]["ExecStartPre"])


def github(path):
    steps = documents(path)["jobs"]["tests"]["steps"]
    [line] = [step["run"] for step in steps if "connprobe" in step.get("run", "")]
    return shlex.split(line)


EXAMPLES = {"kubernetes.yaml": kubernetes, "compose.yaml": compose, "shop.service": systemd, "github-actions.yml": github}


def test_every_example_is_tested(root):
    assert {path.name for path in (root / FOLDER).iterdir()} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs(connprobe, root, name):
    program, command, *arguments = EXAMPLES[name](root / FOLDER / name)
    assert (program.rpartition("/")[2], command) == ("connprobe", "wait")
    done = connprobe("wait", "--dry-run", *arguments)
    assert done.returncode == 0, done.stderr
    assert "postgres://" in done.stdout and "attempts without end" in " ".join(done.stdout.split())
