"""The library's face: each public header compiles alone and brings nobody else's headers with it."""
import re
import subprocess

import pytest

from source_tree import ROOT

HEADERS = sorted((ROOT / "include" / "connprobe").glob("*.hpp"))
FOREIGN = re.compile(r"/(asio|openssl|nlohmann|CLI|spdlog|fmt|yaml-cpp|ares|src)[./_]")


def compiler(*arguments):
    return subprocess.run(["g++", "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror",
                           f"-I{ROOT}/include", *map(str, arguments)], capture_output=True, text=True)


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.name)
def test_a_public_header_compiles_alone(header, tmp_path):
    user = tmp_path / "user.cpp"
    user.write_text(f'#include "connprobe/{header.name}"\n')
    done = compiler("-fsyntax-only", user)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.name)
def test_a_public_header_brings_no_library_with_it(header):
    done = compiler("-M", "-x", "c++", header)
    assert done.returncode == 0, done.stderr
    assert not FOREIGN.findall(done.stdout.replace(str(ROOT), ""))


def test_the_public_headers_are_few_and_known():
    assert [header.name for header in HEADERS] == ["check.hpp", "failure.hpp", "prober.hpp", "result.hpp", "retry.hpp", "target.hpp"]
