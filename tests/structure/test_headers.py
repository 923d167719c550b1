"""The library's face: each public header compiles alone and brings nobody else's headers with it."""
import re
import subprocess

import pytest

from source_tree import ROOT

HEADERS = sorted((ROOT / "include" / "connprobe").rglob("*.hpp"))
LIBRARIES = ["openssl", "nlohmann", "CLI", "spdlog", "fmt", "yaml-cpp", "ares", "src"]


def is_of_the_pool(header):
    return header.name == "pool.hpp" or header.parent.name == "pool"


def compiler(*arguments):
    return subprocess.run(["g++", "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror",
                           "-DASIO_STANDALONE", "-Wno-mismatched-new-delete", f"-I{ROOT}/include", *map(str, arguments)], capture_output=True, text=True)


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.name)
def test_a_public_header_compiles_alone(header, tmp_path):
    user = tmp_path / "user.cpp"
    user.write_text(f'#include "{header.relative_to(ROOT / "include")}"\n')
    done = compiler("-fsyntax-only", user)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.name)
def test_a_public_header_brings_no_library_with_it(header):
    done = compiler("-M", "-x", "c++", header)
    assert done.returncode == 0, done.stderr
    forbidden = LIBRARIES if is_of_the_pool(header) else [*LIBRARIES, "asio"]
    assert not re.findall(f"/({'|'.join(forbidden)})[./_]", done.stdout.replace(str(ROOT), ""))


def test_the_public_headers_are_few_and_known():
    assert sorted(str(header.relative_to(ROOT / "include" / "connprobe")) for header in HEADERS) == [
        "check.hpp", "failure.hpp", "pool.hpp", "pool/completion.hpp", "pool/connection.hpp", "pool/events.hpp", "prober.hpp",
        "proxy.hpp", "result.hpp", "retry.hpp", "target.hpp"]
