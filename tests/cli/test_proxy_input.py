"""How a proxy is written, and what is never shown of it."""
import pytest

from support.failures import up
from support.proxies import HttpProxy


def test_a_unix_socket_and_a_proxy_do_not_go_together(connprobe):
    done = connprobe("unix:/run/x.sock", "--proxy", "http://127.0.0.1:1")
    assert done.returncode == 2
    assert "unix:/run/x.sock: no proxy leads to a unix socket: give it proxy: none" in done.stderr


@pytest.mark.parametrize("url, words", [
    ("proxy:3128", "expected a URL such as http://HOST:3128 or socks5h://HOST:1080, found \"proxy:3128\""),
    ("u:secret@proxy:3128", "found \"proxy:3128\""),
    ("socks4://p:1", "SOCKS 4 is not supported"), ("socks://p:1", "write socks5h://"),
    ("htp://p:1", "did you mean http://?"), ("ftp://u:secret@p:1", "unknown scheme \"ftp\""),
    ("http://u:secret@p", "no port: write http://p:3128"), ("socks5://p", "no port: write socks5://p:1080"),
    ("http://[::1]", "no port: write http://[::1]:3128"), ("http://::1:80", "write http://[ADDRESS]:PORT"),
    ("http://p:0", "port: expected 1–65535, found 0"), ("http://u:secret@p:99999", "port: expected 1–65535"),
    ("http://:80", "no host"), ("http://a b:80", "has a space in it"),
    ("http://u:secret@p:1/x", "a path has no meaning for a proxy: write http://p:1"),
    ("http://u:sec%zz@p:1", "is not followed by two digits"),
    ("http://u%3Ax:secret@p:1", "a user name with a colon"),
    ("socks5://" + "u" * 256 + ":secret@p:1", "more than 255 bytes")])
def test_a_proxy_that_is_wrongly_written(connprobe, url, words):
    done = connprobe("db:1", "--proxy", url)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert "sec" not in done.stderr and "--proxy" in done.stderr


def test_user_and_password_are_shown_nowhere(connprobe, servers, tmp_path):
    proxy = servers.refusing()
    listed = tmp_path / "s.yaml"
    listed.write_text(f"- {{host: db, port: 1, proxy: 'http://mallory:secret@{proxy.target}'}}\n")
    for arguments in (["--dry-run"], ["-vv"], ["-vv", "--json"]):
        done = connprobe("-s", listed, *arguments)
        assert "secret" not in done.stdout + done.stderr and "mallory" not in done.stdout + done.stderr
        assert str(proxy.port) in done.stdout


def test_http_carries_a_login_of_any_length(connprobe, servers):
    """As a token is; the 255 bytes of RFC 1929 are SOCKS's."""
    login = "mallory:" + "secret" * 200
    proxy = servers.add(HttpProxy(login=login))
    up(connprobe.json(servers.add().target, "--proxy", f"http://{login}@{proxy.target}"))


MISPLACED = [("-s", "{}/list.json"), ("db:1", "-o", "{}/out.json"), ("db:1", "--resolve", "{}:80:127.0.0.1"),
             ("db:1", "--cacert", "{}/ca.pem", "--tls"), ("db:1", "--source", "{}"), ("db:1", "--retry-rule", "{}=stop"),
             ("db:1", "-t", "{}"), ("db:1", "-proxy={}"), ("db:1", "--retry", "--proxy={}"), ("db:1", "--proxy={}", "wait")]


@pytest.mark.parametrize("arguments", MISPLACED, ids=lambda arguments: " ".join(arguments))
def test_a_url_in_the_wrong_place_does_not_show_its_password(connprobe, arguments):
    done = connprobe(*(each.format("http://mallory:se/cr et@127.0.0.1:1") for each in arguments))
    assert done.returncode in (2, 4)
    assert "127.0.0.1:1" in done.stderr, done.stderr
    for secret in ("mallory", "se/cr", "cr et"):
        assert secret not in done.stdout + done.stderr


@pytest.mark.parametrize("document, words", [
    ('[{"host": "mallory:secret@db", "port": 1}]', '[0].host: expected a name or an address, found "db" after a user and a password'),
    ('{"servers": "http://mallory:secret@db"}', 'servers: expected a list of servers, found "http://***@db"'),
    ('[{"http://mallory:secret@db": 1}]', '[0].http://***@db: unknown key')])
def test_a_list_with_a_login_in_the_wrong_place_does_not_show_it(connprobe, tmp_path, document, words):
    listed = tmp_path / "s.json"
    listed.write_text(document)
    done = connprobe("-s", listed)
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert "secret" not in done.stderr and "mallory" not in done.stderr


def test_the_query_of_a_path_is_not_shown(connprobe, tmp_path):
    listed = tmp_path / "s.yaml"
    listed.write_text("- {host: db, port: 1, check: {type: http, path: '/health?token=secret'}}\n")
    done = connprobe("-s", listed, "--dry-run")
    assert "check.path          /health " in done.stdout and "secret" not in done.stdout, done.stdout
