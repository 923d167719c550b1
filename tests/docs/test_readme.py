"""Every command of the README does what the README says, word for word, in a network that has the README's names."""
import json
import os
import pathlib
import re
import subprocess

import pytest
import yaml

import readme
from support import namespace as namespaces
from support import tcp, tls

SERVERS = {"db": 5432, "cache": 6379, "auth-service": 8080, "db-primary": 5432, "db-replica": 5432}
TLS_SERVERS = {"api.example.com": 443}


def web(connection):
    """Answers whatever it is asked, as often as it is asked."""
    while connection.recv(65536):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def patient(text):
    """The same with generous limits of time: it is the README that is judged here, not the speed of this machine."""
    return re.sub(r"(timeout: |max_latency: |--max-latency )[\d.]+m?s", r"\g<1>60s", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the reader has put the lists that the README shows."""
    folder = tmp_path_factory.mktemp("readme")
    servers = patient(*readme.blocks("yaml"))
    (folder / "servers.yaml").write_text(servers)
    (folder / "servers.json").write_text(json.dumps(yaml.safe_load(servers)))
    (folder / "start-server").write_text("#!/bin/sh\necho started\n")
    (folder / "start-server").chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def network(folder):
    """Every name has an address and a server of its own."""
    if not namespaces.MAY_MAKE:
        pytest.skip("needs root and ip(8) to make a network namespace")
    addresses = {name: f"10.0.0.{i}" for i, name in enumerate([*SERVERS, *TLS_SERVERS], start=1)}
    authority = tls.Authority()
    authority.write(folder)
    made = namespaces.Namespace(addresses, addresses=[f"{address}/32" for address in addresses.values()])
    with made, tcp.Servers() as servers, made.entered():
        for name, port in SERVERS.items():
            servers.add(host=addresses[name], port=port)
        for name, port in TLS_SERVERS.items():
            context = authority.issue(name).server_context()
            context.set_alpn_protocols(["h2", "http/1.1"])
            servers.add(tls.handshake(context, web), host=addresses[name], port=port)
        yield made


@pytest.fixture
def run(network, folder, connprobe):
    """Runs a command as the README's reader would."""
    path = f"{pathlib.Path(connprobe.path).resolve().parent}:{os.environ['PATH']}"
    environment = connprobe.environment({"PATH": path, "SSL_CERT_FILE": str(folder / "ca.pem")})
    return lambda command: subprocess.run([*network.prefix, "bash", "-o", "pipefail", "-c", command], cwd=folder,
                                          env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)


@pytest.mark.parametrize("command", readme.commands())
def test_a_command_of_the_readme_succeeds(run, command):
    done = run(patient(command))
    assert done.returncode == 0, done.stdout + done.stderr
    if command.startswith("connprobe wait"):
        assert done.stderr.startswith("connprobe: waiting up to ")
        assert done.stdout == "started\n" or " -- " not in command
    elif " -- " in command:
        assert done.stdout == "started\n" and "up of" in done.stderr
    else:
        assert not done.stderr
    assert done.stdout or "--quiet" in command or "select(.status" in command


def features(output):
    """What does not change from run to run: each row's mark, name and codes, and each failure's words."""
    text = re.sub(r"\d+(\.\d+)?", "0", output)
    rows = re.findall(r"^ ([✓!✗?])  (\S+) .*$", text, re.MULTILINE)
    words = re.findall(r"\b[a-z]+(?:_[a-z]+)+\b|\b\d+ (?:retries|retry|down|degraded|up)\b", text)
    sentences = re.findall(r"^   (The |Next: |More: )(.*)$", text, re.MULTILINE)
    return set(rows) | set(words) | set(sentences)


def test_the_demo_prints_what_the_readme_shows(connprobe):
    [shown] = [block for block in readme.blocks("") if block.startswith("$ connprobe demo\n")]
    done = connprobe("demo", timeout=120)
    assert done.returncode == 0, done.stdout
    assert features(shown) <= features(done.stdout)
    assert len(re.findall("^ [✓!✗?] ", shown, re.MULTILINE)) == len(re.findall("^ [✓!✗?] ", done.stdout, re.MULTILINE))


def schedules():
    """The rows of the README's table of retries: options, and when the attempts are."""
    return re.findall(r"^\| `(--retry [^`]+)` \| ([^|]*?)(?:, exactly)? \|$", readme.README.read_text(), re.MULTILINE)


@pytest.mark.parametrize("options,times", schedules())
def test_the_attempts_are_when_the_readme_says(connprobe, options, times):
    shown = " ".join(connprobe("db:5432", "--dry-run", *options.split()).stdout.split())
    assert re.search(rf"attempts: at {re.escape(times)}(?! s|,)", shown), shown


def test_the_readme_shows_each_main_use():
    words = " ".join(readme.commands())
    for word in ("--servers", "--retry ", "--retry-rule", "--json", "explain", "--dry-run", "--tag"):
        assert word in words


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_what_a_page_points_to_exists(root, page):
    text = (root / page).read_text()
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    paths = re.findall(r"`((?:src|include|tests|scripts|configs|man|cmake|\.ci)/[\w./-]*)`", text)
    missing = [name for name in links + paths if not (root / name).exists()]
    assert not missing
