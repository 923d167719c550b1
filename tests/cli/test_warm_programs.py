"""connprobe warm with a program: connections held while it runs, or handed to it."""
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile

import pytest

from support import tcp
from support.web import PATIENCE, Web, postgres, url


def test_a_list_with_a_database_is_held_while_a_program_runs(connprobe, servers, tmp_path):
    database, site = servers.add(postgres), servers.add(Web())
    listed = tmp_path / "deps.yaml"
    listed.write_text(f"- postgres://{database.target}\n- http://{site.target}\n")
    done = connprobe("warm", "-s", listed, "--connections", "3", "--", "echo", "it ran")
    assert done.returncode == 0 and done.stdout == "it ran\n", done.stderr


def test_connections_are_held_while_a_program_runs_and_its_status_is_ours(start_warm, servers):
    web = Web()
    process = start_warm(url(servers.add(web)), "--connections", 3, "--", "sh", "-c",
                    "trap 'exit 7' TERM; echo ran; sleep 60 >&- 2>&- & wait")
    assert process.stdout.readline() == "ran\n"
    assert len(web.open) == 3
    process.send_signal(signal.SIGTERM)  # passed on
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 7 and output == "" and "3/3" in errors


def test_what_a_process_sends_is_passed_on_to_the_program(start_warm, servers):
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
    process = start_warm(servers.add().target, "--", sys.executable, "-c", waiting)
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


def test_a_program_gets_as_many_connections_as_descriptors_are_allowed(start_warm, servers):
    server = servers.add()
    connections = 200
    allowed = connections + 64
    process = start_warm(server.target, "--connections", str(connections), "--pass-fds", "-q", "--",
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
