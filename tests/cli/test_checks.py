"""Readiness as a user sees it: the table, the JSON document, the dialogue of -v, and no secret anywhere."""
import contextlib
import json
import socket
import threading

import pytest


class Script(contextlib.AbstractContextManager):
    """A server that plays the same script with every client: texts to send, None to wait for the client to speak."""

    def __init__(self, *script):
        self.script = script
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heard = b""
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.play, args=(connection,), daemon=True).start()

    def play(self, connection):
        with connection, contextlib.suppress(OSError):
            for act in self.script:
                if act is None:
                    self.heard += connection.recv(65536)
                else:
                    connection.sendall(act)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


OK = b"HTTP/1.1 200 OK\r\nServer: test/1\r\n\r\n"


def test_the_document_holds_what_the_server_answered(connprobe):
    with Script(None, OK) as server:
        document, done = connprobe.json(f"http://127.0.0.1:{server.port}/health?token=secret")
    [result] = document["results"]
    assert done.returncode == 0
    assert result["check"] == {"type": "http", "status": 200, "detail": "test/1"}
    assert result["latency_ms"]["check"] > 0
    assert result["name"] == f"http://127.0.0.1:{server.port}/health"
    assert server.heard.startswith(b"GET /health?token=secret HTTP/1.1\r\n")


def test_a_check_that_was_not_come_to_is_null(connprobe):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    document, _ = connprobe.json(f"http://127.0.0.1:{port}")
    assert document["results"][0]["check"] is None
    assert document["results"][0]["error"]["code"] == "connection_refused"


def test_the_table_shows_the_answer_and_why_it_is_not_wanted(connprobe):
    with Script(None, OK) as good, Script(None, b"HTTP/1.1 503 Busy\r\n\r\n") as bad, Script(None, b"+PONG\r\n") as redis:
        done = connprobe(f"http://127.0.0.1:{good.port}", f"http://127.0.0.1:{bad.port}", f"redis://127.0.0.1:{redis.port}")
    assert done.returncode == 1
    assert "200 test/1" in done.stdout
    assert "PONG" in done.stdout
    assert "unexpected_status" in done.stdout
    assert "answered 503 Busy to GET /" in done.stdout


def test_the_dialogue_is_in_the_log_at_v_and_escaped(connprobe, tmp_path):
    with Script(b"220 \x1b[31mhi\r\n", None, b"250 ok\r\n") as server:
        (tmp_path / "s.json").write_text(json.dumps([{"host": "127.0.0.1", "port": server.port, "check": {
            "type": "tcp", "steps": [{"expect": "^220"}, {"send": "EHLO me\r\n"}, {"expect": "^250"}]}}]))
        done = connprobe("-s", tmp_path / "s.json", "-v")
        quiet = connprobe("-s", tmp_path / "s.json")
    assert done.returncode == 0
    assert r'received "220 \x1b[31mhi\r\n"' in done.stderr
    assert r'sent "EHLO me\r\n"' in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
    assert quiet.stderr == ""


@pytest.mark.parametrize("arguments", [(), ("-vv",), ("--json",), ("--dry-run",), ("-o", "ndjson")], ids=" ".join)
def test_no_output_has_a_password(connprobe, tmp_path, arguments):
    echo = b"-ERR unknown command 'AUTH', with args beginning with: 'hunter2'\r\n"
    with Script(None, echo) as redis, Script(None, b"HTTP/1.1 401 No\r\n\r\n") as http, Script(b"hi\r\n", None) as tcp:
        (tmp_path / "s.json").write_text(json.dumps([
            f"redis://user:hunter2@127.0.0.1:{redis.port}", f"http://user:hunter2@127.0.0.1:{http.port}/?t=hunter2",
            f"postgres://user:hunter2@127.0.0.1:{http.port}/db",
            {"name": "env", "url": f"redis://127.0.0.1:{redis.port}", "check": {"password_env": "PW"}},
            {"name": "tcp", "host": "127.0.0.1", "port": tcp.port, "check": {
                "type": "tcp", "steps": [{"expect": "hi"}, {"send": "PASS ${PW}\r\n"}]}},
            {"name": "header", "url": f"http://127.0.0.1:{http.port}", "check": {"headers": {"X-Key": "${PW}"}}}]))
        done = connprobe("-s", tmp_path / "s.json", *arguments, env={"PW": "hunter2"})
        assert "hunter2" in redis.heard.decode() + http.heard.decode() or "--dry-run" in arguments
    assert done.returncode in (0, 1), done.stderr
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize("target", ["redis://:hun/ter2@h", "redis://:hunter2%zz@h", "redis://u:hunter2@h:x", "http://u:hunter2@",
                                    "mysql://u:hunter2@h", "http://u:hunter2@h/a b"])
def test_a_wrong_url_does_not_show_its_password(connprobe, target):
    done = connprobe(target)
    assert done.returncode == 2
    assert "hunter2" not in done.stderr and "hun" not in done.stderr and "ter2" not in done.stderr


def test_an_open_port_of_a_database_gets_a_hint(connprobe, namespace):
    with namespace.entered():
        database = socket.create_server(("127.0.0.1", 5432))
    with database:
        done = connprobe.inside(namespace)("127.0.0.1:5432")
    assert "whether PostgreSQL is ready to serve is not known: write postgres://127.0.0.1:5432" in " ".join(done.stdout.split())


def test_a_check_has_a_limit_of_its_own(connprobe):
    with Script(None, None) as server:
        document, _ = connprobe.json(f"http://127.0.0.1:{server.port}", "--check-timeout", "100ms")
    error = document["results"][0]["error"]
    assert (error["phase"], error["class"], error["code"]) == ("check", "timeout", "check_timeout")
    assert error["message"] == "the server did not answer within 100 ms (check_timeout)"


def test_a_long_page_is_no_reason_to_give_a_connection_up(connprobe):
    page = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100000
    with Script(None, page, None) as server:
        document, done = connprobe.json("warm", f"http://127.0.0.1:{server.port}", "--connections", "2", "--hold", "1ms")
    assert done.returncode == 0, done.stderr
    assert document["results"][0]["connections"]["opened"] == 2
