"""A server for each way in which a handshake breaks, and for what looks broken and is not, all in one run."""
import json
import re

import pytest

from support import certificate_world, forge, handshake_cases, handshake_manners, tcp

CASES = {**handshake_cases.CASES, **handshake_manners.CASES}
HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def ends():
    return handshake_cases.Ends(certificate_world.World())


@pytest.fixture(scope="module")
def entries(ends, tmp_path_factory):
    """The list of the servers, one for each case."""
    ca_file = tmp_path_factory.mktemp("authorities") / "ca.pem"
    ca_file.write_text(forge.pem(ends.world.root))
    with tcp.Servers() as servers:
        def entry(name, case):
            keys = {"ca_file": str(ca_file), "server_name": certificate_world.NAME, **case.tls}
            port = servers.add(case.handler(ends)).port
            return {"name": name, "host": HOST, "port": port, "timeout": "20s", **case.settings, "tls": keys}
        yield [entry(name, case) for name, case in CASES.items()]


def probe(connprobe, entries, *arguments):
    document, done = connprobe.json("-s", "-", *arguments, input=json.dumps(entries))
    assert done.returncode == 1, done.stderr
    return {result["name"]: result for result in document["results"]}


@pytest.fixture(scope="module")
def results(connprobe, entries):
    return probe(connprobe, entries)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.code])
def test_how_a_handshake_broke_is_told(results, name):
    case, result = CASES[name], results[name]
    error = result["error"]
    assert error, result
    found = result["status"], error["phase"], error["class"], error["code"]
    assert found == ("down", "tls", case.failure_class, case.code), error
    assert re.search(case.message, error["message"]), error["message"]
    assert re.search(case.hint, error["hint"]), error["hint"]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.code])
def test_what_only_looks_broken_is_up(results, name):
    result = results[name]
    assert (result["status"], result["error"], result["tls"]["verified"]) == ("up", None, True)


def test_who_floods_us_holds_nobody_else_up(results):
    """Limits are held to while a server sends without end what means nothing."""
    limited = [name for name, case in CASES.items() if case.code == "tls_timeout"]
    assert len(limited) > 10
    for name in limited:
        assert 700 <= results[name]["elapsed_ms"] < 5000, name


def test_few_at_a_time_they_get_the_same_verdicts(connprobe, entries, results):
    def verdict(result):
        error = result["error"]
        return result["status"], error and (error["phase"], error["class"], error["code"])
    apart = probe(connprobe, entries, "--max-concurrent", "2", "--threads", "1")
    assert {name: verdict(result) for name, result in apart.items()} == {
        name: verdict(result) for name, result in results.items()}
