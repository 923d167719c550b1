"""connprobe warm: many connections to each server at once, kept, reopened, carried to another run."""
import json
import os
import re
import signal
import stat
import threading

import pytest

from support import tcp, tls
from support.web import PATIENCE, Web, postgres, url


def test_all_connections_are_open_at_the_same_time_and_each_is_asked_once(connprobe, servers):
    everybody = threading.Barrier(5)
    web = Web(delay=lambda request: everybody.wait(PATIENCE) and 0)
    document, done = connprobe.json("warm", url(servers.add(web)), "--connections", 5)
    assert done.returncode == 0, done.stderr
    assert web.requests == 5
    result, = document["results"]
    assert result["status"] == "up" and result["attempts"] == 5 and result["retries"] == 0
    connections = result["connections"]
    assert [connections[key] for key in ("asked", "opened", "lost", "reopened", "requests")] == [5, 5, 0, 0, 5]
    assert connections["cold_ms"]["p50"] > 0 and connections["warm_ms"]["p50"] > 0 and connections["steady"] is None
    assert document["run"]["command"] == "warm" and document["summary"]["peak_concurrent"] == 5


def test_with_a_limit_so_many_are_opened_at_a_time(connprobe, servers):
    server = servers.add(Web())
    document, _ = connprobe.json("warm", url(server), "--connections", 8, "-c", 2)
    assert document["summary"]["peak_concurrent"] == 2 and document["run"]["max_concurrent"] == 2
    assert document["results"][0]["connections"]["opened"] == 8


def test_connections_of_a_list_hold_for_each_server(connprobe, servers, tmp_path):
    one, two = servers.add(), servers.add()
    servers_file = tmp_path / "servers.yaml"
    servers_file.write_text(f"""
defaults: {{ connections: 3 }}
servers:
  - {{ name: one, url: "tcp://{one.target}" }}
  - {{ name: two, url: "tcp://{two.target}", connections: 2 }}
""")
    document, done = connprobe.json("warm", "-s", servers_file)
    assert done.returncode == 0
    assert [each["connections"]["opened"] for each in document["results"]] == [3, 2]


def test_a_server_that_takes_none_is_down_and_nothing_is_held(connprobe, servers):
    refusing = servers.refusing()
    document, done = connprobe.json("warm", refusing.target, "--connections", 2, "--hold", "forever")
    assert done.returncode == 1
    result, = document["results"]
    assert result["status"] == "down" and result["error"]["code"] == "connection_refused"
    assert result["connections"]["opened"] == 0 and result["connections"]["cold_ms"] is None


def test_a_server_that_answers_wrongly_is_down(connprobe, servers):
    broken = servers.add(tcp.answer(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"))
    document, done = connprobe.json("warm", url(broken))
    assert done.returncode == 1 and document["results"][0]["error"]["code"] == "unexpected_status"


def test_a_server_that_ends_each_connection_is_warmed_and_cannot_be_held(connprobe, servers):
    document, done = connprobe.json("warm", url(servers.add(Web(keep=False))), "--connections", 3)
    assert done.returncode == 0 and document["results"][0]["connections"]["opened"] == 3, done.stdout
    assert document["results"][0]["connections"]["requests"] == 3
    document, done = connprobe.json("warm", url(servers.add(Web(keep=False))), "--hold", "10s")
    assert done.returncode == 1
    error = document["results"][0]["error"]
    assert error["code"] == "connection_closed" and "cannot be kept" in error["message"]


def test_the_table_has_a_line_a_server_with_a_curve(connprobe, servers):
    done = connprobe("warm", url(servers.add(Web())), "--connections", 4)
    assert re.search(r"NAME +(ADDRESS +)?OPEN +FIRST +REST +CURVE", done.stdout), done.stdout
    assert re.search(r" 4/4 +\S+ ms +\S+ ms +[▁▂▃▄▅▆▇█]{4}", done.stdout), done.stdout


def test_requests_go_on_until_the_latency_has_settled(connprobe, servers):
    # Falls by more than half from each window of four to the next, also where the fast requests take 30 ms.
    web = Web(delay=lambda request: max(0, 0.27 - 0.03 * request))
    document, done = connprobe.json("warm", url(servers.add(web)), "--until-steady", "--steady-window", 4,
                                    "--steady-within", "50%", "--steady-windows", 2, "--steady-limit", 400)
    assert done.returncode == 0
    connections = document["results"][0]["connections"]
    assert connections["steady"] is True and 16 <= connections["steady_after"] <= 400
    assert connections["steady_after"] == connections["requests"] == web.requests
    assert connections["steady_ms"] < 75


def test_a_server_that_does_not_settle_is_said_not_to_have(connprobe, servers):
    web = Web(delay=lambda request: 0.02 * (request % 2))
    done = connprobe("warm", url(servers.add(web)), "--until-steady", "--steady-window", 1, "--steady-limit", 12)
    assert done.returncode == 0 and "not steady after 12 requests" in done.stdout


def test_a_server_that_stops_answering_is_not_asked_until_the_limit(connprobe, servers):
    silent = threading.Event()
    web = Web(delay=lambda request: request > 3 and silent.wait(PATIENCE))
    document, done = connprobe.json("warm", url(servers.add(web)), "--until-steady", "--check-timeout", "500ms")
    silent.set()
    result, = document["results"]
    assert done.returncode == 1 and result["error"]["code"] == "check_timeout"
    assert result["connections"]["steady"] is False and result["connections"]["requests"] == 3


def test_a_connection_that_is_reopened_when_the_requests_end_is_not_missing(connprobe, servers):
    """The third request costs its connection, and the one in its place is answered when the requests are over."""
    requests, connections, counted, over = 0, 0, threading.Lock(), threading.Event()

    def serve(connection):
        nonlocal requests, connections
        with counted:
            connections += 1
            reopened, answered = connections == 3, 0
        while connection.recv(65536):
            with counted:
                requests += 1
                last_here = requests == 3
            if reopened:
                over.wait(PATIENCE)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" +
                               (b"Connection: close\r\n" if last_here else b"") + b"\r\n")
            answered += 1
            if answered == 17:  # with the first one over the other connection: 18
                over.set()

    document, done = connprobe.json("warm", url(servers.add(serve)), "--connections", "2", "--until-steady",
                                    "--steady-limit", "18", "--steady-window", "18")
    result = document["results"][0]
    assert (done.returncode, result["status"], result["warnings"]) == (0, "up", [])
    assert result["connections"]["reopened"] == result["connections"]["lost"] == 1


def test_a_signal_does_not_wait_for_an_answer(start_warm, servers):
    silent = threading.Event()
    web = Web(delay=lambda request: request > 3 and silent.wait(PATIENCE))
    process = start_warm(url(servers.add(web)), "--until-steady", "--attempt-timeout", "0", "-j")
    web.wait_for(lambda it: it.requests > 3)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    silent.set()
    assert process.returncode == -signal.SIGTERM and json.loads(output)["results"][0]["connections"]["lost"] == 0


def test_what_breaks_in_a_hold_is_told_with_its_cause_and_reopened(start_warm, servers):
    web = Web()
    process = start_warm(url(servers.add(web)), "--connections", 4, "--hold", "forever", "--keepalive", "200ms", "-j")
    assert "4 of 4 connections open, held until a signal ends it" in process.stderr.readline()
    web.drop(3)
    lost = 0
    while lost < 3:  # in one line, unless a second ended between them
        line = process.stderr.readline()
        told = re.search(r"lost (\d), .*: connection_closed: |all 4 connections open again", line)
        assert told, line
        lost += int(told[1] or 0)
    assert lost == 3
    web.wait_for(lambda it: len(it.open) == 4)
    asked = web.requests
    web.wait_for(lambda it: it.requests >= asked + 4)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    connections = json.loads(output)["results"][0]["connections"]
    assert [connections[key] for key in ("asked", "opened", "lost", "reopened")] == [4, 4, 3, 3]


def test_a_server_that_comes_back_is_found_again_though_its_retries_were_used(start_warm, servers):
    web = Web()
    server = servers.add(web)
    process = start_warm(url(server), "--hold", "forever", "-v")
    while "held until" not in process.stderr.readline():
        pass
    server.close()
    web.drop(1)
    while "not opened: connection_refused" not in process.stderr.readline():
        pass
    servers.add(Web(), port=server.port)
    while "all 1 connection open again" not in (line := process.stderr.readline()) and line:
        pass
    assert line
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_a_server_whose_check_spends_the_connection_is_asked_over_new_ones(start_warm, servers):
    server = servers.add(postgres)
    process = start_warm(f"postgres://{server.target}", "--connections", "2", "--hold", "forever", "--keepalive", "50ms",
                    "-o", "json")
    assert "2 of 2 connections open, held" in process.stderr.readline()
    servers.wait_until(lambda: server.accepted >= 8)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and err == ""
    result = json.loads(out)["results"][0]
    assert result["status"] == "up" and result["check"]["type"] == "postgres"
    assert {key: result["connections"][key] for key in ("opened", "lost", "reopened")} == \
        {"opened": 2, "lost": 0, "reopened": 0}
    assert result["connections"]["requests"] >= 7


def test_one_that_is_to_be_replaced_is_lost_when_no_other_can_be_opened(start_warm, servers):
    server = servers.add(postgres)
    process = start_warm(f"postgres://{server.target}", "--hold", "forever", "--keepalive", "50ms", "-o", "json")
    assert "1 of 1 connection open, held" in process.stderr.readline()
    server.close()
    told = process.stderr.readline()
    assert "lost 1, 0 of 1 connection open: connection_refused" in told, told
    servers.add(postgres, port=server.port)
    assert "1 connection open again" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    result = json.loads(process.communicate(timeout=PATIENCE)[0])["results"][0]
    assert result["status"] == "up" and result["connections"]["lost"] == result["connections"]["reopened"] > 0


def test_a_signal_before_all_is_open_interrupts(start_warm, servers):
    silent, asked = threading.Event(), threading.Event()
    server = servers.add(lambda connection: connection.recv(1) and asked.set() or silent.wait(PATIENCE))
    process = start_warm(url(server), "--hold", "forever", "--attempt-timeout", "0")
    assert asked.wait(PATIENCE)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    silent.set()
    assert process.returncode in (-signal.SIGTERM, 143) and "interrupted" in output


def test_the_deadline_covers_the_opening(connprobe, servers):
    silent = threading.Event()
    server = servers.add(lambda connection: silent.wait(PATIENCE))
    document, done = connprobe.json("warm", url(server), "--deadline", "300ms", "--connections", 2)
    silent.set()
    assert done.returncode == 124 and document["results"][0]["status"] == "unknown"


def test_with_auto_as_many_are_opened_as_are_answered_well(connprobe, servers):
    document, done = connprobe.json("warm", servers.add().target, "--connections", 300, "-c", "auto")
    assert done.returncode == 0, done.stderr
    assert document["results"][0]["connections"]["opened"] == 300
    assert 1 <= document["summary"]["peak_concurrent"] <= document["run"]["max_concurrent"] == 300


@pytest.mark.parametrize("arguments,fault", [
    (["tls://127.0.0.1:9", "--pass-fds", "--", "true"], "speaks TLS, whose keys stay here"),
    (["127.0.0.1:9", "--pass-fds"], "--pass-fds: to whom? Write the command after --"),
    (["127.0.0.1:9", "--hold", "5s", "--", "true"], "the connections are held while it runs: drop --hold"),
    (["127.0.0.1:9", "--hold", "0"], "a hold of 0 holds nothing"),
    (["127.0.0.1:9", "--keepalive", "1s"], "--keepalive: nothing is held: add --hold TIME"),
    (["127.0.0.1:9", "--steady-window", "5"], "--steady-window: it is about --until-steady"),
    (["127.0.0.1:9", "--until-steady"], "nothing is asked of it that could become steady"),
    (["postgres://[::1]:9", "--pass-fds", "--", "true"], "cannot be taken back: write tcp://[::1]:9, which asks nothing"),
    (["postgres://127.0.0.1:9", "--until-steady"], "what its check says can be said once over a connection"),
    (["127.0.0.1:9", "--max-attempts", "0"], "max_attempts is 0, no limit: this needs --deadline"),
    (["127.0.0.1:9", "--steady-within", "5"], "expected a percentage above 0 such as 10%"),
    (["127.0.0.1:9", "--connections", "0"], "expected a whole number of at least 1, found 0"),
    (["127.0.0.1:9", "--load-sessions", "/nowhere/at/all"], "cannot read /nowhere/at/all: No such file"),
    (["127.0.0.1:9", "--connections", "4000000000"], "4000000000 connections need as many descriptors"),
    (["127.0.0.1:9", "--fail-fast"], "--fail-fast: not an option of warm"),
    (["127.0.0.1:9", "--threads", "2"], "--threads: not an option of warm"),
])
def test_what_makes_no_sense_is_refused(connprobe, arguments, fault):
    done = connprobe("warm", *arguments)
    assert done.returncode == 2 and fault in done.stderr, done.stderr


def test_tls_sessions_are_carried_to_another_run(connprobe, servers, tmp_path):
    authority = tls.Authority()
    context = authority.issue("localhost").server_context()
    server = servers.add(tls.handshake(context, tcp.greet(b"ready")))
    sessions = tmp_path / "sessions"
    arguments = ("warm", f"tls://localhost:{server.port}", "--resolve", f"localhost:{server.port}:127.0.0.1",
                 "--cacert", authority.write(tmp_path))
    _, done = connprobe.json(*arguments, "--hold", "500ms", "--save-sessions", sessions)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(os.stat(sessions).st_mode) == 0o600
    document, done = connprobe.json(*arguments, "--load-sessions", sessions)
    assert document["results"][0]["connections"]["resumed"] == 1
    assert document["results"][0]["tls"]["verified"] is True
    for mode in (0o644, 0o602):
        os.chmod(sessions, mode)
        done = connprobe(*arguments, "--load-sessions", sessions)
        assert done.returncode == 2 and "can be read or written by others" in done.stderr
