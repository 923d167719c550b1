"""A certificate for each thing that can be wrong with one, and for what looks wrong and is not, all in one run."""
import json
import os
import re
import socket
import ssl
import subprocess

import pytest

from support import certificate_world, forge, tcp, tls, tls_wire
from support.certificate_defects import DEFECTS
from support.certificate_oddities import NOT_BY_A_SERVER, SOUND

CASES = {**DEFECTS, **SOUND}
HOST = "127.0.0.1"
PARTIAL_CHAIN, TRUSTED_FIRST, STRICT = 0x80000, 0x8000, 0x20
PREFIX = "X509_V_ERR_"


@pytest.fixture(scope="module")
def world():
    return certificate_world.World()


@pytest.fixture(scope="module")
def ca_file(world, tmp_path_factory):
    path = tmp_path_factory.mktemp("authorities") / "ca.pem"
    path.write_text("".join(map(forge.pem, world.trusted)))
    return path


def handler(case, world):
    made = case.make(world)
    if case.by_hand:
        return tls_wire.show(*(one.der for one in (made, *made.chain))) if made else tls_wire.show()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    made.load_into(context)
    return tls.handshake(context)


@pytest.fixture(scope="module")
def ports(world):
    """A server for each case, by its name."""
    with tcp.Servers() as servers:
        yield {name: servers.add(handler(case, world)).port for name, case in CASES.items()}


@pytest.fixture(scope="module")
def document(connprobe, ports, ca_file):
    def entry(name, case):
        settings = {"ca_file": str(ca_file), **({"server_name": case.name} if case.name else {})}
        return {"name": name, "host": HOST, "port": ports[name], "timeout": "20s", "tls": settings}
    entries = [entry(name, case) for name, case in CASES.items()]
    found, done = connprobe.json("-s", "-", input=json.dumps(entries))
    assert done.returncode == 1, done.stderr
    return found


@pytest.fixture(scope="module")
def results(document):
    return {result["name"]: result for result in document["results"]}


def without_dates(message):
    return re.sub(r", valid [-\d]+ to [-\d]+", "", re.sub(r" \(valid [-\d]+ to [-\d]+\)", "", message))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.code])
def test_what_is_wrong_with_a_certificate_is_told(results, name):
    case, result = CASES[name], results[name]
    error = result["error"]
    assert error, result
    found = result["status"], error["phase"], error["class"], error["code"]
    assert found == ("down", "tls", "tls", case.code), error
    assert re.search(case.message, without_dates(error["message"])), error["message"]
    assert re.search(case.hint, error["hint"]), error["hint"]
    has_dates = bool(result["tls"].get("chain")) and "no valid date" not in error["message"]
    assert bool(re.search(r"\d{4}-\d\d-\d\d", error["message"])) == has_dates, error["message"]
    assert result["tls"]["verified"] is not True
    assert result["tls"]["version"] in ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.code])
def test_what_is_odd_about_a_certificate_and_yet_good_is_up(results, name):
    case, result = CASES[name], results[name]
    assert (result["status"], result["error"], result["tls"]["verified"]) == ("up", None, True)
    assert [warning["code"] for warning in result["warnings"]] == (["certificate_not_strict"] if case.strict else [])


def test_the_summary_counts_each_of_them(document):
    wanted = [case.code for case in CASES.values() if case.code]
    assert document["summary"]["failure_codes"] == {code: wanted.count(code) for code in wanted}
    assert document["summary"]["up"] == len(CASES) - len(wanted)


def openssl_errors():
    """The names and numbers in the header that is installed."""
    compiler = os.environ.get("CXX", "c++")
    macros = subprocess.run([compiler, "-dM", "-E", "-x", "c++", "-"], input="#include <openssl/x509_vfy.h>\n",
                            capture_output=True, text=True, check=True, timeout=60).stdout
    return {name: int(number) for name, number in re.findall(rf"#define {PREFIX}(\w+) (\d+)\b", macros)}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.error or case.strict])
def test_openssl_finds_the_error_that_the_case_is_for(ports, ca_file, errors, name):
    """So that no case shows something else than it says: Python's own client is asked."""
    case = CASES[name]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("DEFAULT:@SECLEVEL=2")
    context.load_verify_locations(ca_file)
    context.hostname_checks_common_name = False
    context.verify_flags |= PARTIAL_CHAIN | TRUSTED_FIRST | (STRICT if case.strict else 0)
    with socket.create_connection((HOST, ports[name])) as connection, pytest.raises(ssl.SSLError) as raised:
        context.wrap_socket(connection, server_hostname=(case.name or HOST).rstrip("."))
    assert raised.value.verify_code == errors[case.error or case.strict], raised.value


@pytest.fixture(scope="module")
def errors():
    return openssl_errors()


def test_each_error_of_openssl_is_caused_by_a_server_or_cannot_be(errors):
    caused = {name for case in CASES.values() for name in (case.error, case.cause, case.strict) if name}
    assert len(errors) >= 90
    assert caused | set(NOT_BY_A_SERVER) == set(errors)
    assert not caused & set(NOT_BY_A_SERVER)
    assert all(NOT_BY_A_SERVER.values())
