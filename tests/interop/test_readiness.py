"""Readiness of servers from the distribution: what connprobe says against what they are."""
import contextlib
import json
import os
import pwd
import signal
import socket
import struct
import subprocess
import time

import pytest

from conftest import program
from support import processes


def only(run):
    document, _ = run
    [result] = document["results"]
    return result


def verdict(result):
    return result["error"]["code"] if result["error"] else result["status"]


def test_nginx_is_ready_over_plain_text_and_tls(connprobe, nginx, ca_file):
    for target, options in ((f"http://127.0.0.1:{nginx.plain}/x", ()), (f"https://127.0.0.1:{nginx.tls}", ("--cacert", ca_file))):
        result = only(connprobe.json(target, *options))
        assert verdict(result) == "up", result["error"]
        assert result["check"]["status"] == 204 and result["check"]["detail"].startswith("nginx/")
    assert result["tls"]["alpn"] == "http/1.1"


def test_plain_text_at_a_tls_port_is_told_apart(connprobe, nginx):
    result = only(connprobe.json(f"http://127.0.0.1:{nginx.tls}"))
    assert (verdict(result), result["check"]["status"]) == ("unexpected_status", 400)
    assert result["error"]["hint"] == "the port speaks TLS: write https://, or turn tls on for it"


def test_http2_that_was_asked_for_is_not_spoken(connprobe, nginx, ca_file):
    result = only(connprobe.json(f"https://127.0.0.1:{nginx.tls}", "--cacert", ca_file, "--alpn", "h2"))
    assert verdict(result) == "unexpected_reply" and "h2" in result["error"]["message"]


def test_each_server_is_only_what_it_is(connprobe, nginx, redis, postgres, sshd):
    ports = {"http": nginx.plain, "redis": redis.plain, "ssh": sshd.plain}
    for scheme, known in (("http", "http"), ("redis", "redis")):
        for name, port in ports.items():
            result = only(connprobe.json(f"{scheme}://127.0.0.1:{port}"))
            assert (result["status"] == "up") == (name == known), (scheme, name, result["error"])
    for name, port in ports.items():
        assert only(connprobe.json(f"postgres://127.0.0.1:{port}", "-t", "1s"))["status"] == "down", name


def test_a_banner_and_a_dialogue(connprobe, sshd, redis):
    servers = [{"host": "127.0.0.1", "port": sshd.plain, "check": {"type": "tcp", "steps": [{"expect": "^SSH-2.0-"}]}},
               {"host": "127.0.0.1", "port": redis.plain, "check": {
                   "type": "tcp", "steps": [{"send": "PING\r\n"}, {"expect": "^\\+PONG$"}, {"send": "QUIT\r\n"}, {"expect": "^\\+OK"}]}}]
    document, _ = connprobe.json("-s", "-", input=json.dumps(servers))
    assert [verdict(each) for each in document["results"]] == ["up", "up"]
    assert document["results"][0]["check"]["detail"].startswith("SSH-2.0-OpenSSH")


def test_redis_over_plain_text_and_tls(connprobe, redis, ca_file):
    assert only(connprobe.json(f"redis://127.0.0.1:{redis.plain}/1"))["check"]["detail"] == "PONG"
    assert verdict(only(connprobe.json(f"rediss://127.0.0.1:{redis.tls}", "--cacert", ca_file))) == "up"
    wrong = only(connprobe.json(f"redis://:secret@127.0.0.1:{redis.plain}"))
    assert verdict(wrong) == "authentication_failed"
    assert wrong["error"]["hint"] == "the server has no password: leave the credentials out"


def test_redis_with_a_password(connprobe, home):
    port, log = processes.free_port(), home / "redis-password.log"
    command = [program("redis-server", "redis-server"), "--bind", "127.0.0.1", "--port", port, "--dir", home, "--save", "",
               "--requirepass", "right"]
    with processes.running(command, port, log, **processes.unprivileged()):
        results = [only(connprobe.json(f"redis://{login}127.0.0.1:{port}")) for login in ("", ":right@", "default:right@", ":wrong@")]
    assert [verdict(each) for each in results] == ["up", "up", "up", "authentication_failed"]
    assert results[0]["check"]["detail"].startswith("NOAUTH")


def test_a_proxy_without_a_backend_is_open_and_not_ready(connprobe, haproxy):
    result = only(connprobe.json(f"http://127.0.0.1:{haproxy.plain}"))
    assert verdict(result) in ("connection_closed", "connection_reset")


def test_a_proxy_of_http_without_a_backend_says_so(connprobe, home):
    port, log, configuration = processes.free_port(), home / "haproxy-http.log", home / "haproxy-http.cfg"
    times = "".join(f"timeout {what} 1s\n" for what in ("connect", "client", "server"))
    configuration.write_text(f"defaults\nmode http\n{times}frontend front\nbind 127.0.0.1:{port}\n"
                             "default_backend nobody\nbackend nobody\n")
    with processes.running([program("haproxy", "haproxy"), "-db", "-f", configuration], port, log, **processes.unprivileged()):
        result = only(connprobe.json(f"http://127.0.0.1:{port}"))
    assert (verdict(result), result["check"]["status"]) == ("unexpected_status", 503)


def owner():
    """Whom the unprivileged servers run as: PostgreSQL's first user has that name."""
    return processes.unprivileged().get("user") or pwd.getpwuid(os.getuid()).pw_name


@contextlib.contextmanager
def session(port, user):
    """A login that stays: it holds up a smart shutdown."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        parameters = f"user\0{user}\0database\0postgres\0\0".encode()
        client.sendall(struct.pack(">II", len(parameters) + 8, 3 << 16) + parameters)
        heard = b""
        while not heard.endswith(b"Z\0\0\0\5I"):
            heard += client.recv(4096)
        yield
        client.sendall(b"X\0\0\0\4")


def test_postgres_changes_to_tls_when_it_is_asked_to(connprobe, postgres_tls, ca_file):
    target, options = f"127.0.0.1:{postgres_tls.plain}", ("--starttls", "postgres", "--cacert", ca_file, "--retry", "fixed",
                                                           "--retry-delay", "100ms", "--max-attempts", "50")
    ready = only(connprobe.json(f"postgres://{owner()}@{target}/postgres", *options))
    assert (verdict(ready), ready["check"]["detail"]) == ("up", "no password needed")
    assert ready["tls"]["verified"] and ready["tls"]["certificate"]["sans"] == ["www.example.com", "127.0.0.1"]
    assert verdict(only(connprobe.json(target, *options))) == "up"
    assert verdict(only(connprobe.json(target, *options, "--server-name", "other.example.com"))) == "hostname_mismatch"
    assert verdict(only(connprobe.json(target, "--tls"))) == "connection_closed"


def test_postgres_that_wants_a_password_is_left_without_a_word(connprobe, postgres):
    """A goodbye before the login would be an error in its log, which is looked at when it ends."""
    result = only(connprobe.json(f"postgres://guarded@127.0.0.1:{postgres.plain}"))
    assert (verdict(result), result["check"]["detail"]) == ("up", "scram-sha-256")


def test_postgres_without_tls_says_so(connprobe, postgres):
    result = only(connprobe.json(f"127.0.0.1:{postgres.plain}", "--starttls", "postgres"))
    assert verdict(result) == "starttls_refused"
    assert result["error"]["message"] == "the server answered SSLRequest with N: it does not speak TLS"


def test_postgres_is_ready_until_it_stops(connprobe, home):
    port, log, data = processes.free_port(), home / "postgres-stop.log", home / "postgres-stop"
    options = {"cwd": home, **processes.unprivileged()}
    make = [program("initdb", "postgresql"), "-D", data, "--no-sync", "-E", "UTF8", "--locale", "C", "-A", "trust"]
    subprocess.run(make, check=True, capture_output=True, **options)
    command = [program("postgres", "postgresql"), "-D", data, "-h", "127.0.0.1", "-p", port, "-k", home, "-F"]
    with processes.running(command, port, log, **options) as server:
        ready = only(connprobe.json(f"postgres://{owner()}@127.0.0.1:{port}/postgres", "--retry", "fixed", "--retry-delay", "100ms",
                                    "--max-attempts", "50"))
        assert (verdict(ready), ready["check"]["detail"]) == ("up", "no password needed")
        refused = only(connprobe.json(f"postgres://127.0.0.1:{port}"))
        # The role does not exist; with trust that is said only after the login, which is not waited for.
        assert verdict(refused) == "up"
        with session(port, owner()):
            os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGTERM)
            until = time.monotonic() + 20
            while verdict(stopping := only(connprobe.json(f"postgres://127.0.0.1:{port}"))) == "up" and time.monotonic() < until:
                pass
        assert verdict(stopping) == "not_serving"
        assert stopping["error"]["message"] == "the server says: the database system is shutting down (57P03)"
