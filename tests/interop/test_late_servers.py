"""A program that waits for servers of the distribution finds each of them ready, as the server's own client sees it."""
import contextlib
import shutil
import subprocess

import pytest

from conftest import program
from support import processes


@pytest.fixture
def postgres_data(home):
    data = home / "late-postgres"
    make = [program("initdb", "postgresql"), "-D", data, "--no-sync", "-E", "UTF8", "--locale", "C", "-A", "trust"]
    subprocess.run(make, check=True, capture_output=True, cwd=home, **processes.unprivileged())
    return data


def read_until_down(stream, count):
    """Until so many servers were found to be down."""
    seen = set()
    for line in stream:
        if ": down: " in line:
            seen.add(line.split(": down: ")[0])
        if len(seen) == count:
            return
    raise AssertionError(f"only {seen} were down")


def test_each_server_is_ready_when_the_program_runs(connprobe, home, postgres_data):
    redis_port, postgres_port = processes.free_ports(2)
    ask = (f"{program('pg_isready', 'postgresql')} -q -h 127.0.0.1 -p {postgres_port} && "
           f"{program('redis-cli', 'redis-tools')} -h 127.0.0.1 -p {redis_port} ping")
    with contextlib.ExitStack() as started:
        process = started.enter_context(connprobe.start(
            "wait", f"redis://127.0.0.1:{redis_port}", f"postgres://127.0.0.1:{postgres_port}", "--", "sh", "-c", ask))
        started.callback(process.kill)
        read_until_down(process.stderr, 2)
        postgres = [program("postgres", "postgresql"), "-D", postgres_data, "-h", "127.0.0.1", "-p", postgres_port,
                    "-k", home, "-F"]
        redis = [program("redis-server", "redis-server"), "--bind", "127.0.0.1", "--port", redis_port, "--dir", home,
                 "--save", ""]
        for command, port in ((postgres, postgres_port), (redis, redis_port)):
            started.enter_context(processes.running(command, port, home / f"late-{port}.log", cwd=home,
                                                    **processes.unprivileged()))
        output, errors = process.communicate(timeout=60)
        assert (process.returncode, output) == (0, "PONG\n"), errors
    shutil.rmtree(postgres_data)
