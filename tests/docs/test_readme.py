"""Every command of the README does what the README says, word for word."""
import json
import pathlib
import re

import pytest
import yaml

import readme
from network import Network

ROOT = readme.README.parent


@pytest.fixture(scope="module")
def network(tmp_path_factory, connprobe):
    folder = tmp_path_factory.mktemp("readme")
    [servers] = readme.blocks("yaml")
    (folder / "servers.yaml").write_text(servers)
    (folder / "servers.json").write_text(json.dumps(yaml.safe_load(servers)))
    made = Network(folder, pathlib.Path(connprobe.path).resolve())
    if not made.works:
        pytest.skip("this machine grants no network namespace")
    yield made
    made.close()


@pytest.mark.parametrize("command", readme.commands())
def test_a_command_of_the_readme_succeeds(network, command):
    done = network.run(command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout or "--quiet" in command or "select(.status" in command


def test_the_readme_shows_each_main_use():
    words = " ".join(readme.commands())
    for word in ("--servers", "--retry ", "--retry-rule", "--json", "explain", "--dry-run", "--tag"):
        assert word in words


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_what_a_page_points_to_exists(page):
    text = (ROOT / page).read_text()
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    paths = re.findall(r"`((?:src|include|tests|scripts|configs|man|cmake|\.ci)/[\w./-]*)`", text)
    missing = [name for name in links + paths if not (ROOT / name).exists()]
    assert not missing
