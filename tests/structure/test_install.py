"""What `cmake --install` leaves behind is enough to use the program, its pages, and the library."""
import os
import pathlib
import re
import socket
import socketserver
import subprocess
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("install")
    build = pathlib.Path(os.environ["CONNPROBE"]).resolve().parent
    done = subprocess.run(["cmake", "--install", build, "--prefix", prefix], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return prefix


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True)


def test_program_pages_completions_schemas_and_examples_are_installed(tree):
    found = {str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file()}
    for path in ("bin/connprobe", "lib/libconnprobe.a", "lib/libconnprobe_pool.a", "include/connprobe/prober.hpp",
                 "include/connprobe/pool.hpp", "lib/cmake/connprobe/connprobeConfig.cmake", "share/doc/connprobe/pool.md",
                 "share/man/man1/connprobe.1", "share/man/man5/connprobe-servers.5", "share/man/man7/connprobe-errors.7",
                 "share/bash-completion/completions/connprobe", "share/zsh/vendor-completions/_connprobe",
                 "share/fish/vendor_completions.d/connprobe.fish", "share/doc/connprobe/LICENSE"):
        assert path in found
    schemas = [path for path in found if path.startswith("share/connprobe/schema/")]
    assert len(schemas) == 2 and all(path.endswith(".schema.json") for path in schemas)
    assert any(path.startswith("share/connprobe/examples/") for path in found)


def test_the_installed_program_is_stripped_and_runs(tree):
    assert run(tree / "bin/connprobe", "--version").returncode == 0
    assert "no symbols" in run("nm", tree / "bin/connprobe").stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_an_installed_completion_is_what_the_program_prints(tree, shell):
    names = {"bash": "bash-completion/completions/connprobe", "zsh": "zsh/vendor-completions/_connprobe",
             "fish": "fish/vendor_completions.d/connprobe.fish"}
    printed = run(tree / "bin/connprobe", "completion", shell).stdout
    assert printed and (tree / "share" / names[shell]).read_text() == printed


@pytest.fixture(scope="module")
def user_of_the_package(tree, tmp_path_factory):
    """The folder of what tests/package builds with nothing but the installed library."""
    build = tmp_path_factory.mktemp("package")
    for command in (["cmake", "-S", ROOT / "tests" / "package", "-B", build, f"-DCMAKE_PREFIX_PATH={tree}"],
                    ["cmake", "--build", build]):
        done = run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    return build


class SendBack(socketserver.StreamRequestHandler):
    """Sends back every line."""
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)


class Echo(socketserver.ThreadingTCPServer):
    daemon_threads = True


@pytest.fixture
def echo_ports():
    """The ports of two servers on loopback that send back every line."""
    servers = [Echo(("127.0.0.1", 0), SendBack) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield [server.server_address[1] for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


def test_ten_lines_on_the_installed_package_probe_three_servers(user_of_the_package, echo_ports, refusing_port):
    assert len((ROOT / "tests" / "package" / "probe_three.cpp").read_text().splitlines()) <= 12
    ports = [*echo_ports, refusing_port]
    done = run(user_of_the_package / "probe_three", *ports)
    assert sorted(done.stdout.splitlines()) == sorted(f"{port} {status}" for port, status in
                                                      zip(ports, ["up", "up", "down"]))
    assert done.returncode == 1


def test_the_example_of_the_pools_page_does_what_the_page_says(user_of_the_package, echo_ports):
    page = (ROOT / "docs" / "pool.md").read_text()
    example, printed = re.search(r"```cpp\n(.*?)```.*?```text\n(.*?)```", page, re.DOTALL).groups()
    assert example == (ROOT / "docs" / "pool_example.cpp").read_text()
    done = run(user_of_the_package / "pool_example", *echo_ports)
    assert (done.returncode, done.stdout) == (0, printed), done.stderr


@pytest.fixture
def refusing_port():
    """A port that nothing listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
