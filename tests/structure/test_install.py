"""What `cmake --install` leaves behind is enough to use the program, its pages, and the library."""
import os
import pathlib
import socket
import subprocess

import pytest

PROGRAM = """
#include <connprobe/prober.hpp>
#include <cstdio>
#include <cstdlib>
int main(int, char** argv) {
    connprobe::Target target{.name = "x", .written = "x", .host = "127.0.0.1", .settings = nullptr};
    target.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    target.settings = std::make_shared<connprobe::Settings>();
    const auto outcome = connprobe::Prober{}.run({&target, 1}, {}, [](connprobe::Event&&) {});
    for (const auto& error : outcome.errors) std::puts(error.c_str());
    std::printf("%zu up\\n", outcome.summary.up);
}
"""


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
    for path in ("bin/connprobe", "lib/libconnprobe.a", "include/connprobe/prober.hpp",
                 "share/man/man1/connprobe.1", "share/man/man5/connprobe-servers.5",
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


def test_ten_lines_on_the_installed_library_probe_a_server(tree, tmp_path, listener):
    source = tmp_path / "user.cpp"
    source.write_text(PROGRAM)
    built = run("g++", "-std=c++20", f"-I{tree}/include", source, "-o", tmp_path / "user",
                f"-L{tree}/lib", "-lconnprobe", "-lssl", "-lcrypto", "-lcares", "-pthread")
    assert built.returncode == 0, built.stderr
    assert run(tmp_path / "user", listener).stdout == "1 up\n"


@pytest.fixture
def listener():
    """The port of a socket that listens on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
