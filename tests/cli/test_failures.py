"""Each way in which a connection fails gets its own code, with the facts, end to end: TCP and unix sockets."""
import contextlib
import json
import os
import pathlib
import re
import socket
import struct
import subprocess

import pytest

from support import tcp
from support.failures import Expected


def here(server):
    return re.escape(server.target.removeprefix("unix:"))


def run(command, connprobe):
    return subprocess.run(command, env=connprobe.environment(), text=True, capture_output=True, check=False, timeout=60)


def refused(where):
    return Expected("connection_refused", "network", "connect", rf"^{where} refused the connection$", "listens")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_that_nobody_listens_on_is_refused(connprobe, servers, host):
    server = servers.refusing(host=host)
    refused(here(server)).check(connprobe(server.target, "--json"))


@pytest.mark.parametrize("option, limit", [("--connect-timeout", "connect_timeout"), ("--timeout", "timeout")])
def test_a_silent_address_runs_into_the_limit_that_the_message_names(connprobe, servers, option, limit):
    server = servers.silent()
    message = rf"^no answer from {here(server)} within 150 ms \({limit}\)$"
    expected = Expected("connect_timeout", "timeout", "connect", message, "firewall")
    expected.check(connprobe(server.target, option, "150ms", "--json"))


@pytest.mark.parametrize("handler", [tcp.close_at_once, tcp.reset])
def test_a_server_that_hangs_up_at_once_is_up(connprobe, servers, handler):
    """Whether it has hung up before we look is the scheduler's choice; it is up in both cases, and nothing else is said."""
    listening = servers.refusing()
    listening.socket.listen(8)
    for _ in range(5):
        probe = connprobe.start(listening.target, "--json")
        connection, _ = listening.socket.accept()
        handler(connection)
        connection.close()
        output, _ = probe.communicate(timeout=30)
        result = json.loads(output)["results"][0]
        assert (probe.returncode, result["status"], result["error"]) == (0, "up", None)
        assert {warning["code"] for warning in result["warnings"]} <= {"closed_at_once"}


def test_a_unix_socket_that_is_not_there_is_missing(connprobe, tmp_path):
    path = tmp_path / "app.sock"
    expected = Expected("socket_missing", "network", "connect", rf"^{path} does not exist \(ENOENT\)$", "path")
    expected.check(connprobe(f"unix:{path}", "--json"))


def test_a_file_that_is_no_socket_is_said_to_be_none(connprobe, tmp_path):
    path = tmp_path / "app.sock"
    path.write_text("not a socket")
    expected = Expected("socket_missing", "network", "connect", rf"^{path} is not a socket \(ENOTSOCK\)$")
    expected.check(connprobe(f"unix:{path}", "--json"))


def test_a_path_through_a_file_leads_to_no_socket(connprobe, tmp_path):
    (tmp_path / "file").write_text("")
    expected = Expected("socket_missing", "network", "connect", r"ENOTDIR")
    expected.check(connprobe(f"unix:{tmp_path}/file/app.sock", "--json"))


def test_a_datagram_socket_is_not_the_one_that_was_meant(connprobe, tmp_path):
    path = tmp_path / "log.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(str(path))
        expected = Expected("socket_missing", "network", "connect", r"EPROTOTYPE")
        expected.check(connprobe(f"unix:{path}", "--json"))


def test_a_unix_socket_that_nobody_listens_on_any_more_is_refused(connprobe, tmp_path):
    path = tmp_path / "app.sock"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
    refused(path).check(connprobe(f"unix:{path}", "--json"))


def test_a_unix_socket_whose_queue_is_full_is_said_to_be(connprobe, tmp_path):
    path = tmp_path / "app.sock"
    with contextlib.ExitStack() as held:
        listening = held.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(str(path))
        listening.listen(0)
        with contextlib.suppress(BlockingIOError):
            while True:
                filler = held.enter_context(socket.socket(socket.AF_UNIX))
                filler.setblocking(False)
                filler.connect(str(path))
        expected = Expected("backlog_full", "network", "connect", rf"^the queue of {path} .*EAGAIN", "accept")
        expected.check(connprobe(f"unix:{path}", "--json"))


def test_a_unix_socket_that_is_closed_to_this_user_is_permission_denied(connprobe, servers, tmp_path):
    server = servers.unix(tmp_path / "app.sock")
    os.chmod(server.path, 0)
    # Root may do what modes forbid, unless it has given that up.
    without_override = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    done = run([*without_override, *connprobe.command(server.target, "--json", "--retry", "3")], connprobe)
    expected = Expected("permission_denied", "local", "connect", rf"{server.path} \(EACCES\)$", "read and write")
    result = expected.check(done, status="unknown", exit_status=4)
    assert (result["stopped_by"], result["attempts"]) == ("rule", 1)


def test_a_process_without_descriptors_says_so_and_judges_nobody(connprobe, servers):
    if b"__ubsan_" in pathlib.Path(connprobe.path).read_bytes():
        pytest.skip("the sanitizer's own checks need descriptors and report their lack as faults")
    server = servers.add()
    nothing = run(["prlimit", "--nofile=4", *connprobe.command(server.target, "--json")], connprobe)
    assert (nothing.returncode, nothing.stdout) == (4, "")
    assert nothing.stderr.startswith("connprobe: this machine gives too little to begin with: ")
    for limit in range(5, 40):
        done = run(["prlimit", f"--nofile={limit}", *connprobe.command(server.target, "--json")], connprobe)
        if "too_many_open_files" in done.stdout:
            break
        assert done.returncode != 0, f"{limit} descriptors were enough, {limit - 1} too few to begin"
    expected = Expected("too_many_open_files", "local", "connect", "descriptor", "ulimit -n")
    expected.check(done, status="unknown", exit_status=4)


# Before it has said a word of TLS: how a handshake ends with those that do not speak it.

TLS_LIMIT = ("--tls-timeout", "200ms")


def begin_and(end):
    """Answers the hello with the beginning of a record that is never finished, then ends."""
    def handler(connection):
        connection.recv(65536)
        connection.sendall(b"\x16\x03\x03\x00\x7a\x02\x00")
        end(connection)
    return handler


def after_hello(end):
    def handler(connection):
        connection.recv(65536)
        end(connection)
    return handler


NOT_TLS = [
    (tcp.answer(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), "HTTP/1.1 400 Bad Request", "plain HTTP"),
    (tcp.greet(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), "SSH-2.0-OpenSSH_9.2p1", "SSH"),
    (tcp.greet(b"220 mail.example ESMTP\r\n"), "220 mail.example ESMTP", "SMTP"),
    (tcp.answer(b"-ERR unknown command\r\n"), "-ERR unknown command", "Redis"),
    (tcp.answer(b"\x1b]0;evil\x07"), "the bytes 1b 5d 30 3b 65 76 69 6c 07", "TLS port"),
]


@pytest.mark.parametrize("handler, words, protocol", NOT_TLS)
def test_what_is_not_tls_is_shown_and_named(connprobe, servers, handler, words, protocol):
    expected = Expected("not_tls", "tls", "tls", f'^the server said "?{words}.*which is not TLS$', protocol)
    expected.check(connprobe(f"tls://{servers.add(handler).target}", "--json"))


BROKEN_OFF = [
    (after_hello(tcp.close_at_once), "connection_closed", "closed the connection before", "TLS port"),
    (after_hello(tcp.reset), "connection_reset", "reset the connection before", "TLS port"),
    (begin_and(tcp.close_at_once), "connection_closed", "closed the connection in the midst", "log"),
    (begin_and(tcp.reset), "connection_reset", "reset the connection in the midst", "log"),
]


@pytest.mark.parametrize("handler, code, message, hint", BROKEN_OFF)
def test_a_handshake_that_the_server_breaks_off_says_how_far_it_came(connprobe, servers, handler, code, message, hint):
    expected = Expected(code, "network", "tls", f"^the server {message}", hint)
    expected.check(connprobe(f"tls://{servers.add(handler).target}", "--json"))


@pytest.mark.parametrize("handler, message", [
    (tcp.hold, r"^the server sent nothing within 200 ms \(tls_timeout\)$"),
    (begin_and(tcp.hold), r"^the server did not finish the handshake within 200 ms \(tls_timeout\): it stopped in"),
])
def test_a_handshake_that_goes_silent_says_which_limit_it_met(connprobe, servers, handler, message):
    expected = Expected("tls_timeout", "timeout", "tls", message)
    expected.check(connprobe(f"tls://{servers.add(handler).target}", *TLS_LIMIT, "--json"))


ALERTS = [
    (40, "no_shared_cipher", "tls", "no cipher suite"),
    (47, "handshake_failure", "tls", "illegal"),
    (49, "forbidden", "auth", "does not let"),
    (70, "protocol_version", "tls", "does not speak TLS 1.2 to 1.3"),
    (71, "no_shared_cipher", "tls", "no cipher suite"),
    (80, "handshake_failure", "tls", "failed for a reason of its own"),
    (112, "handshake_failure", "tls", "no site"),
    (116, "client_certificate_required", "auth", "demands a client certificate"),
    (255, "handshake_failure", "tls", "alert 255"),
]


@pytest.mark.parametrize("alert, code, failure_class, message", ALERTS)
def test_an_alert_is_named_and_explained(connprobe, servers, alert, code, failure_class, message):
    server = servers.add(tcp.answer(b"\x15\x03\x03\x00\x02\x02" + struct.pack("B", alert)))
    expected = Expected(code, failure_class, "tls", message)
    expected.check(connprobe(f"tls://{server.target}", "--json"))


def test_commands_below_the_table_can_be_pasted_whatever_the_list_holds(connprobe, tmp_path):
    path = "/nonexistent/it's $(touch marker) `touch marker`;touch marker"
    (tmp_path / "list.json").write_text(json.dumps([{"name": "x", "unix": path.replace("$", "$$")}]))
    done = connprobe("-s", "list.json", cwd=tmp_path)
    pasted = re.search(r"^   Try: (ls (?:.*\\\n)*.*)$", done.stdout, re.MULTILINE)
    assert pasted, done.stdout
    ran = subprocess.run(["sh", "-c", pasted[1]], cwd=tmp_path, capture_output=True, text=True)
    assert f"{path}': No such file" in ran.stderr.replace("'\\''", "'")
    assert not (tmp_path / "marker").exists()
