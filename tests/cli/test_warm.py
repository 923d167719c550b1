"""connprobe warm: many connections to each server at once, held, reopened, handed to a program."""
import contextlib
import json
import os
import re
import resource
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading

import pytest

from support import tcp, tls

PATIENCE = 60  # seconds; nothing here takes that long unless it is broken


class Web:
    """Answers HTTP requests over connections that it keeps, counts both, and can drop them."""

    def __init__(self, delay=lambda request: 0, keep=True):
        self.delay, self.keep = delay, keep
        self.open, self.requests, self.most = [], 0, 0
        self.changed = threading.Condition()

    def __call__(self, connection):
        with self.changed:
            self.open.append(connection)
            self.most = max(self.most, len(self.open))
            self.changed.notify_all()
        try:
            self.serve(connection)
        except OSError:
            pass
        with self.changed:
            if connection in self.open:
                self.open.remove(connection)
            self.changed.notify_all()

    def serve(self, connection):
        unread = b""
        while True:
            while b"\r\n\r\n" not in unread:
                some = connection.recv(65536)
                if not some:
                    return
                unread += some
            unread = unread.partition(b"\r\n\r\n")[2]
            with self.changed:
                self.requests += 1
                number = self.requests
                self.changed.notify_all()
            threading.Event().wait(self.delay(number))
            end = b"" if self.keep else b"Connection: close\r\n"
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + end + b"\r\nok")
            if not self.keep:
                return

    def wait_for(self, condition):
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self), PATIENCE)

    def drop(self, count):
        with self.changed:
            for connection in self.open[:count]:
                connection.shutdown(socket.SHUT_RDWR)
            del self.open[:count]


@pytest.fixture
def start(connprobe):
    """Begins a run that is ended whatever the test does."""
    with contextlib.ExitStack() as ended:
        def started(*arguments, **options):
            process = ended.enter_context(subprocess.Popen(
                connprobe.command("warm", *arguments), env=connprobe.environment(), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options))
            ended.callback(process.kill)
            return process
        yield started


def url(server):
    return f"http://{server.target}"


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


def test_a_signal_does_not_wait_for_an_answer(start, servers):
    silent = threading.Event()
    web = Web(delay=lambda request: request > 3 and silent.wait(PATIENCE))
    process = start(url(servers.add(web)), "--until-steady", "--attempt-timeout", "0", "-j")
    web.wait_for(lambda it: it.requests > 3)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=PATIENCE)
    silent.set()
    assert process.returncode == -signal.SIGTERM and json.loads(output)["results"][0]["connections"]["lost"] == 0


def test_what_breaks_in_a_hold_is_told_with_its_cause_and_reopened(start, servers):
    web = Web()
    process = start(url(servers.add(web)), "--connections", 4, "--hold", "forever", "--keepalive", "200ms", "-j")
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


def test_a_server_that_comes_back_is_found_again_though_its_retries_were_used(start, servers):
    web = Web()
    server = servers.add(web)
    process = start(url(server), "--hold", "forever", "-v")
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


def postgres(connection):
    """Demands a login and, as a server does after a while, ends what does not log in."""
    size = int.from_bytes(connection.recv(4, socket.MSG_WAITALL), "big")
    connection.recv(size - 4, socket.MSG_WAITALL)
    connection.sendall(b"R\0\0\0\x08\0\0\0\x03")


def test_a_server_whose_check_spends_the_connection_is_asked_over_new_ones(start, servers):
    server = servers.add(postgres)
    process = start(f"postgres://{server.target}", "--connections", "2", "--hold", "forever", "--keepalive", "50ms",
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


def test_one_that_is_to_be_replaced_is_lost_when_no_other_can_be_opened(start, servers):
    server = servers.add(postgres)
    process = start(f"postgres://{server.target}", "--hold", "forever", "--keepalive", "50ms", "-o", "json")
    assert "1 of 1 connection open, held" in process.stderr.readline()
    server.close()
    told = process.stderr.readline()
    assert "lost 1, 0 of 1 connection open: connection_refused" in told, told
    servers.add(postgres, port=server.port)
    assert "1 connection open again" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    result = json.loads(process.communicate(timeout=PATIENCE)[0])["results"][0]
    assert result["status"] == "up" and result["connections"]["lost"] == result["connections"]["reopened"] > 0


def test_a_list_with_a_database_is_held_while_a_program_runs(connprobe, servers, tmp_path):
    database, site = servers.add(postgres), servers.add(Web())
    listed = tmp_path / "deps.yaml"
    listed.write_text(f"- postgres://{database.target}\n- http://{site.target}\n")
    done = connprobe("warm", "-s", listed, "--connections", "3", "--", "echo", "it ran")
    assert done.returncode == 0 and done.stdout == "it ran\n", done.stderr


def test_a_signal_before_all_is_open_interrupts(start, servers):
    silent, asked = threading.Event(), threading.Event()
    server = servers.add(lambda connection: connection.recv(1) and asked.set() or silent.wait(PATIENCE))
    process = start(url(server), "--hold", "forever", "--attempt-timeout", "0")
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


def test_connections_are_held_while_a_program_runs_and_its_status_is_ours(start, servers):
    web = Web()
    process = start(url(servers.add(web)), "--connections", 3, "--", "sh", "-c",
                    "trap 'exit 7' TERM; echo ran; sleep 60 >&- 2>&- & wait")
    assert process.stdout.readline() == "ran\n"
    assert len(web.open) == 3
    process.send_signal(signal.SIGTERM)  # passed on
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 7 and output == "" and "3/3" in errors


def test_what_a_process_sends_is_passed_on_to_the_program(start, servers):
    waiting = """
import signal
from signal import SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2
mine = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2}
signal.pthread_sigmask(signal.SIG_BLOCK, mine)
print("ran", flush=True)
while (came := signal.sigwait(mine)) != SIGTERM:
    print(came.name, flush=True)
raise SystemExit(7)
"""
    process = start(servers.add().target, "--", sys.executable, "-c", waiting)
    assert process.stdout.readline() == "ran\n"
    for sent in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2):
        process.send_signal(sent)
        assert process.stdout.readline() == f"{sent.name}\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 7


def test_a_program_that_a_signal_ends_is_shown_as_by_a_shell(connprobe, servers):
    assert connprobe("warm", servers.add().target, "--", "sh", "-c", "kill -KILL $$").returncode == 128 + 9


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a process namespace")
def test_as_process_one_it_collects_orphans_and_keeps_the_status(connprobe, servers):
    # The grandchild loses its parent at once; when it has ended, nobody may be left behind as a zombie.
    orphan = "mkfifo $0; (sh -c 'read line <'$0 & ); echo >$0; "
    waited = "while pgrep -x -P 1 sh | grep -qvx $$; do :; done; ps -eo stat= | grep -c ^Z; exit 5"
    command = ["unshare", "--pid", "--fork", "--mount-proc", *connprobe.command("warm", servers.add().target, "--")]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([*command, "sh", "-c", orphan + waited, f"{folder}/fifo"], capture_output=True, text=True,
                              timeout=PATIENCE, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (5, "0\n"), done.stderr


def test_with_auto_as_many_are_opened_as_are_answered_well(connprobe, servers):
    document, done = connprobe.json("warm", servers.add().target, "--connections", 300, "-c", "auto")
    assert done.returncode == 0, done.stderr
    assert document["results"][0]["connections"]["opened"] == 300
    assert 1 <= document["summary"]["peak_concurrent"] <= document["run"]["max_concurrent"] == 300


def test_a_program_that_is_not_there_is_found_out_before_anything_is_opened(connprobe, servers):
    server = servers.add()
    done = connprobe("warm", server.target, "--", "no-such-program-anywhere")
    assert done.returncode == 127 and done.stderr == "connprobe: no-such-program-anywhere: not found\n"
    assert connprobe("warm", server.target, "--", "/").returncode == 126


READER = """
import os, socket
print(sorted(set(os.listdir('/proc/self/fd')) - {'0', '1', '2'})[:int(os.environ['LISTEN_FDS'])],
      int(os.environ['LISTEN_PID']) == os.getpid(), os.environ['LISTEN_FDNAMES'])
for number in range(int(os.environ['LISTEN_FDS'])):
    with socket.socket(fileno=3 + number) as connection:
        peer = connection.getpeername()
        print(connection.getblocking(), peer if isinstance(peer, str) else peer[1])
"""


def test_a_program_gets_the_connections_in_the_order_of_the_servers(connprobe, servers, tmp_path):
    one, two = servers.add(tcp.hold), servers.add(tcp.hold)
    local = servers.unix(tmp_path / "s.sock")
    done = connprobe("warm", f"tcp://{one.target}", local.target, f"tcp://{two.target}", "--connections", 2, "--pass-fds",
                     "--", sys.executable, "-c", READER)
    assert done.returncode == 0, done.stderr
    first, *connections = done.stdout.splitlines()
    names = [f"tcp_//127.0.0.1_{one.port}", f"unix_{local.path}", f"tcp_//127.0.0.1_{two.port}"]
    assert first == f"['3', '4', '5', '6', '7', '8'] True {':'.join(name for name in names for _ in range(2))}"
    peers = [one.port, one.port, str(local.path), str(local.path), two.port, two.port]
    assert connections == [f"True {peer}" for peer in peers]


def test_a_program_gets_as_many_connections_as_descriptors_are_allowed(start, servers):
    server = servers.add()
    connections = 200
    allowed = connections + 64
    process = start(server.target, "--connections", str(connections), "--pass-fds", "-q", "--",
                    "sh", "-c", 'echo "$LISTEN_FDS"; exec ls /proc/self/fd',
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed)))
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    given, *descriptors = map(int, out.split())
    assert given == connections and set(range(given + 3)) <= set(descriptors)


def reader(root, name):
    """A program that the manual page shows."""
    page = (root / "man" / "connprobe-warm.1").read_text()
    part = page.split(f'.\\" {name}: begin\n')[1].split(f'.\\" {name}: end')[0]
    return "\n".join(line for line in part.splitlines() if not line.startswith(".")).replace("\\e", "\\") + "\n"


@pytest.mark.parametrize("name", ["reader.py", "reader.c"])
def test_the_readers_of_the_manual_find_their_connections(connprobe, servers, root, tmp_path, name):
    source, program = tmp_path / name, tmp_path / "reader"
    source.write_text(reader(root, name))
    if name.endswith(".c"):
        subprocess.run(["gcc", "-std=c11", "-Wall", "-Werror", "-o", program, source], check=True)
    command = [sys.executable, source] if name.endswith(".py") else [program]
    one, two = servers.add(tcp.answer(b"+PONG\r\n")), servers.add(tcp.answer(b"+LOADING\r\n"))
    done = connprobe("warm", f"tcp://{one.target}", f"tcp://{two.target}", "--pass-fds", "--", *command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [f"tcp_//127.0.0.1_{one.port}", "+PONG", f"tcp_//127.0.0.1_{two.port}", "+LOADING"]


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
