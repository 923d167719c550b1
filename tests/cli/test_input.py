"""Lists of servers: what is read, and what is refused with a place and a remedy."""
import json
import os
import re
import threading

import jsonschema
import pytest
import yaml

DEEP = "[" * 500_000


def laughs():
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [" + ",".join([f"*a{i - 1}"] * 10) + "]" for i in range(1, 12)]
    return "\n".join(lines)


def server(**keys):
    return json.dumps([{"host": "a", "port": 1, **keys}])


# file name, content, what the message must say
WRONG = [
    # JSON that is none
    ("x.json", "", "1:1: not JSON"),
    ("x.json", "[", "not JSON"),
    ("x.json", "[1,]", "1:4: not JSON"),
    ("x.json", "{'a': 1}", "1:2: not JSON"),
    ("x.json", "[] []", "1:4: not JSON"),
    ("x.json", "[\"a:1\"", "not JSON"),
    ("x.json", "[\"a:1\", // why\n]", "not JSON"),
    ("x.json", "[nul]", "not JSON"),
    ("x.json", "[\"\\ud800\"]", "not JSON"),
    ("x.json", "[\"\\x\"]", "not JSON"),
    ("x.json", "[\"a\tb\"]", "not JSON"),
    ("x.json", "[NaN]", "not JSON"),
    ("x.json", "[01]", "not JSON"),
    ("x.json", "\0", "not JSON"),
    ("x.json", DEEP, "1:65: nested more than 64 deep"),
    ("x.json", '{"a":' * 100_000, "nested more than 64 deep"),
    ("x.json", '{"servers":["a:1"],"servers":["b:1"]}', '1:20: duplicate key "servers"'),
    ("x.json", '[{"host":"a","port":1,"host":"b"}]', '1:23: duplicate key "host"'),
    ("x.json", "[1e400]", "1:2: "),
    # documents that are no list of servers
    ("x.json", "5", "expected a list of servers"),
    ("x.json", "null", "expected a list of servers"),
    ("x.json", '"a:1"', "expected a list of servers"),
    ("x.json", "{}", "expected a key servers"),
    ("x.json", "[]", "no server"),
    ("x.json", '{"servers":{}}', "1:12: servers: expected a list"),
    ("x.json", '{"servers":[],"server":1}', "server: unknown key: did you mean servers?"),
    ("x.json", '{"version":"1","servers":["a:1"]}', '1:12: version: expected 1, found "1"'),
    ("x.json", '{"defaults":[],"servers":["a:1"]}', "defaults: expected an object"),
    ("x.json", '{"defaults":{"host":"a"},"servers":["a:1"]}', "defaults.host: belongs to a server"),
    ("x.json", '{"host":"a","port":1}', "a server stands in a list"),
    ("x.json", "[5]", "1:2: [0]: expected a server"),
    ("x.json", "[[]]", "1:2: [0]: expected a server"),
    ("x.json", "[null]", "1:2: [0]: expected a server"),
    ("x.json", "[{}]", "1:2: [0]: expected a host"),
    # servers
    ("x.json", '[{"host":"a"}]', "no port: write port: 443"),
    ("x.json", '[{"port":1}]', "expected a host"),
    ("x.json", server(port=0), "port: expected 1–65535, found 0"),
    ("x.json", server(port=70000), "port: expected 1–65535, found 70000"),
    ("x.json", server(port=-1), "port: expected 1–65535, found -1"),
    ("x.json", server(port=443.0), "port: expected 1–65535, found 443.0"),
    ("x.json", server(port="443"), 'found "443": write 443 without quotes'),
    ("x.json", server(port=None), "port: expected a value"),
    ("x.json", server(port=[1]), "port: expected 1–65535, found a list"),
    ("x.json", server(port=10**30), "port: expected 1–65535, found 1"),
    ("x.json", server(host=""), "host: expected a name"),
    ("x.json", server(host=5), "host: expected a name"),
    ("x.json", server(host="a\0b"), "\\x00"),
    ("x.json", server(host="a\x1b[2Jb"), "\\x1b"),
    ("x.json", server(host="a\u202eb\u0085 c"), "host: expected"),
    ("x.json", server(host="a b"), "has a space in it"),
    ("x.json", server(host="a" * 64), "more than 63 characters"),
    ("x.json", server(host="abc." * 80), "longer than 253"),
    ("x.json", server(host="a..b"), "empty label"),
    ("x.json", server(host="1.2.3.4.5"), "no IPv4 address"),
    ("x.json", server(host="300.1.1.1"), "no IPv4 address"),
    ("x.json", server(host="::g"), "no IPv6 address"),
    ("x.json", server(host="db:5432"), "write host: db, port: 5432"),
    ("x.json", server(host="https://db"), "found a URL"),
    ("x.json", server(unix="/x"), "beside unix"),
    ("x.json", server(url="tcp://a:1"), "beside url"),
    ("x.json", '[{"unix":"' + "x" * 200 + '"}]', "longer than 107 bytes"),
    ("x.json", '[{"unix":"/x","tls":true}]', "no host to verify"),
    ("x.json", '[{"url":"a:1"}]', "has no scheme"),
    ("x.json", '[{"url":"tcp://a:1-9"}]', "several servers"),
    ("x.json", '[{"url":"mysql://u:hunter2@a/"}]', "not supported by this version"),
    ("x.json", '[{"url":"tcp://a:1","tls":true}]', "says the opposite"),
    ("x.json", '[{"url":"tls://a:1","tls":false}]', "says the opposite"),
    ("x.json", server(name=""), "name: expected a text"),
    ("x.json", server(name="a\nb"), "without control characters"),
    ("x.json", server(name=5), 'write "5" in quotes'),
    ("x.json", server(name="a", cacheKey="b"), "means the same as name"),
    ("x.json", server(tls=True, enableTLS=True), "means the same as tls"),
    ("x.json", '[{"name":"n","host":"a","port":1},{"name":"n","host":"b","port":1}]', "second server of the name"),
    ("x.json", server(prot=1), "unknown key: did you mean port?"),
    ("x.json", server(**{"a\x1b]0;b": 1}), "unknown key"),
    ("x.json", server(tags="core"), "tags: expected a list of words"),
    ("x.json", server(tags=[1]), "tags[0]: expected a word"),
    ("x.json", server(tags=["a b"]), "has a space"),
    ("x.json", server(timeout=500), "has no unit: write 500ms or 500s"),
    ("x.json", server(timeout="5 minutes"), "timeout: expected a duration"),
    ("x.json", server(timeout="-1s"), "is negative"),
    ("x.json", server(timeout="999999999d"), "is too long"),
    ("x.json", server(address="localhost"), "address: expected an IPv4 or IPv6 address"),
    ("x.json", server(connections=0), "connections: expected a whole number of at least 1, found 0"),
    ("x.json", server(family="ipv5"), "family: expected any, ipv4 or ipv6"),
    ("x.json", server(proxy=True), 'proxy: expected a URL such as "http://HOST:3128", or false, found true'),
    ("x.json", server(proxy="http://u:p@h"), "proxy: no port: write http://h:3128"),
    ("x.json", server(proxy_protocol=3), "proxy_protocol: expected 1 or 2, found 3"),
    ("x.json", server(proxy_protocol="1"), "proxy_protocol: expected 1 or 2"),
    # tls
    ("x.json", server(tls="yes"), 'tls: expected true, false or an object, found "yes": write true'),
    ("x.json", server(tls={"pins": ["md5//x"]}), 'tls.pins: the word "md5//x" does not begin with sha256//'),
    ("x.json", server(tls={"pins": ["sha256//x"]}), "is no SHA-256 in base 64: expected 43 digits and ="),
    ("x.json", server(tls={"ocsp": "yes"}), "tls.ocsp: expected off, staple or require"),
    ("x.json", server(tls={"resume": "yes"}), "tls.resume: expected true or false"),
    ("x.json", server(tls={"min_version": "1.1"}), "RFC 8996"),
    ("x.json", server(tls={"min_version": "1.3", "max_version": "1.2"}), "no version is left"),
    ("x.json", server(tls={"alpn": "h2"}), "write [h2]"),
    ("x.json", server(tls={"alpn_required": True}), "alpn_required without alpn"),
    ("x.json", server(tls={"server_name": "a b"}), "has a space in it"),
    ("x.json", server(tls={"insecure": "true"}), "write true without quotes"),
    # check
    ("x.json", server(check={}), "check: expected a type such as http, false or an object, found an object"),
    ("x.json", server(check="htpt"), 'check: expected tcp, http, redis or postgres, found "htpt": did you mean http?'),
    ("x.json", server(check="mysql"), "check: mysql: not supported by this version"),
    ("x.json", server(check=True), "check: expected a type such as http, false or an object, found true"),
    ("x.json", server(check={"path": "/x"}), "[0].check: no type: write type: http"),
    ("x.json", server(check={"type": "redis", "path": "/x"}),
     "check.path: no key of a check of type redis, which has username or password_env"),
    ("x.json", server(check={"type": "http", "pth": "/x"}), "check.pth: unknown key: did you mean path?"),
    ("x.json", server(check={"type": "http", "path": "x"}), 'expected a path such as /healthz, found "x", which does not begin'),
    ("x.json", server(check={"type": "http", "status": [99]}), "check.status[0]: expected a status from 100 to 999"),
    ("x.json", server(check={"type": "http", "status": ["100-299"]}),
     'expected 101 or statuses from 200: the others below it are interim, found "100-299"'),
    ("x.json", server(check={"type": "http", "method": "HEAD", "expect_body": "ok"}),
     "check.expect_body: an answer to HEAD has no body: write method: GET, or leave it out"),
    ("x.json", server(check={"type": "http", "status": ["300-200"]}), "expected a range that ends after it begins"),
    ("x.json", server(check={"type": "http", "expect_body": "(ok"}),
     'check.expect_body: expected a regular expression (RE2), found "(ok": missing ): (ok'),
    ("x.json", server(check={"type": "http", "method": "get"}), "expected a method in capital letters"),
    ("x.json", server(check={"type": "http", "headers": {"Connection": "x"}}), "is written by connprobe itself"),
    ("x.json", server(check={"type": "http", "headers": {"A": "x\r\nB: y"}}), "has a line end"),
    ("x.json", server(check={"type": "tcp", "steps": []}), "expected a list of steps such as [{expect: ^220}], found none"),
    ("x.json", server(check={"type": "tcp", "steps": [{"expct": "x"}]}), "steps[0].expct: unknown key: did you mean expect?"),
    ("x.json", server(check={"type": "redis", "password_env": "NOT_SET"}), "check.password_env: the variable NOT_SET is not set"),
    ("x.json", server(check="postgres", tls=True),
     "TLS under a check of type postgres begins in plain text: write starttls: postgres, or tls: false"),
    ("x.json", server(starttls="smpt"), 'expected smtp, imap, pop3, ftp, ldap, postgres or mysql, found "smpt"'),
    ("x.json", server(starttls=True), "starttls: expected smtp, imap, pop3, ftp, ldap, postgres or mysql, found true"),
    ("x.json", server(starttls="smtp", tls=False), "[0].starttls: beside tls: false: it asks for TLS; drop one of them"),
    ("x.json", server(starttls="smtp", check="http"),
     "starttls smtp under a check of type http, which speaks TLS from the first byte: write tls: true, or leave the check out"),
    ("x.json", server(starttls="smtp", check="redis"), "starttls smtp under a check of type redis"),
    ("x.json", server(starttls="smtp", check="postgres"),
     "starttls smtp under a check of type postgres, which changes to TLS in its own way: write starttls: postgres"),
    ("x.json", '[{"url": "tcp://a:25", "starttls": "smtp"}]',
     "starttls: the scheme tcp:// of its url begins otherwise: write tls://"),
    ("x.json", '[{"url": "https://a", "starttls": "smtp"}]',
     "starttls: the scheme https:// of its url begins otherwise: drop one of them"),
    ("x.json", '[{"url": "postgres://a", "starttls": "mysql"}]',
     "starttls: the scheme postgres:// of its url begins otherwise: write starttls: postgres"),
    ("x.json", '[{"url": "http://a", "check": "redis"}]', "check.type: the scheme http:// of its url says http: drop one of them"),
    ("x.json", '[{"url": "http://a/x", "check": {"path": "/y"}}]', "check.path: its url says it already: drop one of them"),
    ("x.json", '[{"url": "http://a", "tls": true}]', "tls: the scheme http:// of its url says the opposite: write https://"),
    # retry
    ("x.json", server(retry="exponental"), "retry: expected none, fixed, exponential or custom"),
    ("x.json", server(retry=5), "write {strategy: exponential, max_attempts: 6}"),
    ("x.json", server(retry="custom"), "needs a rule"),
    ("x.json", server(retry={"strategy": "none", "delay": "1s"}), "beside the strategy none"),
    ("x.json", server(retry={"max_attempts": -1}), "max_attempts: expected a whole number"),
    ("x.json", server(retry={"max_attempts": 1.5}), "max_attempts: expected a whole number"),
    ("x.json", server(retry={"multiplier": 0.5}), "multiplier: expected a number of at least 1"),
    ("x.json", server(retry={"jitter": 2}), "jitter: expected a number from 0 to 1"),
    ("x.json", server(retry={"rules": [{"on": "auht", "stop": True}]}), "did you mean auth?"),
    ("x.json", server(retry={"rules": [{"on": "*", "stop": True}, {"on": "auth", "stop": True}]}), "can never be reached"),
    # YAML
    ("x.yaml", "a: [1", "not YAML"),
    ("x.yaml", "a: 'b", "not YAML"),
    ("x.yaml", "\t- a:1", "x.yaml:1:"),
    ("x.yaml", "a: 1\na: 2\n", '2:1: duplicate key "a"'),
    ("x.yaml", laughs(), "aliases stand for more than 500,000 values"),
    ("x.yaml", "&a [*a]", "an alias for the value that it stands in"),
    ("x.yaml", "- *nobody", "the referenced anchor is not defined"),
    ("x.yaml", "- " + DEEP, "x.yaml:1:"),
    ("x.yaml", "- " * 100_000, "nested more than 64 deep"),
    ("x.yaml", "---\n- a:1\n---\n- b:1\n", "a second document"),
    ("x.yaml", "- !!python/object:os.system x", "the tag"),
    ("x.yaml", "? [a]\n: b\n", "a key that is a list or an object"),
    ("x.yaml", "x-b: &b {port: 1}\nservers: [{host: a, <<: *b}]\n", "merge keys (<<) are not read"),
    ("x.yaml", "- {host: a, port: 017}", 'found "017"'),
    ("x.yaml", "- {host: a, port: 0x1F}", 'found "0x1F"'),
    ("x.yaml", "- {host: a, port: 1, tls: yes}", "write true"),
    ("x.yaml", "- {host: a, port: 1, timeout: 5}", "has no unit"),
    ("x.yaml", "- {host: \"${CONNPROBE_TEST_UNSET}\", port: 1}", "the variable CONNPROBE_TEST_UNSET is not set"),
    ("x.yaml", "- {host: \"$x\", port: 1}", "write $$ for a dollar"),
    # lines
    ("x.txt", "", "no server"),
    ("x.txt", "# only a comment\n", "no server"),
    ("x.txt", "a:1\nb\n", "x.txt:2:1: b: no port: write b:443"),
    ("x.txt", "host 5432\n", "x.txt:1:1: host 5432: a space before the port: write host:5432"),
    ("x.txt", "  http:443\n", "x.txt:1:3: http:443: http is a scheme"),
    ("x.txt", "2001:db8::1:443\n", "write [2001:db8::1]:443"),
    ("x.txt", "a:99999\n", "found 99999"),
    ("x.txt", "a\0b:1\n", "\\x00"),
    ("x.yaml", "- host: a\0b\n  port: 1\n", "x.yaml:1:10: not YAML: a control character"),
    ("x.txt", "10.0.0.0/8:1\n", "larger than 65,536 addresses"),
    ("x.txt", "10.0.0.1/24:1\n", "write 10.0.0.0/24"),
    ("x.txt", "mysql://u:hunter2@x/?token=hunter2\n", "mysql://: not supported by this version"),
    ("x.txt", "x" * 100_000 + "\n", "x.txt:1:1"),
    # NDJSON
    ("x.ndjson", '"a:1"\n{"host": "b"}\n', "x.ndjson:2:1: no port"),
    ("x.ndjson", '"a:1"\n  {"host": }\n', "x.ndjson:2:12: not JSON"),
    ("x.ndjson", '{"servers": []}\n', "unknown key"),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_input_is_refused_with_a_place(connprobe, tmp_path, number):
    name, text, said = WRONG[number]
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    done = connprobe("-s", name, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert said in done.stderr
    assert re.search(re.escape(name), done.stderr)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", done.stderr), "raw control characters"
    assert "hunter2" not in done.stderr


def test_bytes_that_are_no_utf8_are_refused_with_their_place(connprobe, tmp_path):
    (tmp_path / "x.txt").write_bytes(b"a:1\nb\xff:1\n")
    done = connprobe("-s", "x.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and "x.txt:2:2: is no UTF-8" in done.stderr


def test_a_directory_and_a_missing_file_are_named(connprobe, tmp_path):
    done = connprobe("-s", tmp_path, "-s", tmp_path / "none.json")
    assert done.returncode == 2
    assert "Is a directory" in done.stderr and "none.json: cannot be read: No such file or directory" in done.stderr


def test_all_errors_come_at_once_and_of_many_the_first_twenty(connprobe, tmp_path):
    (tmp_path / "x.txt").write_text("wrong\n" * 1000)
    lines = connprobe("-s", tmp_path / "x.txt").stderr.splitlines()
    assert len(lines) == 21 and lines[-1] == "and 980 more errors"


def test_a_pipe_is_read_like_a_file(connprobe, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text('["127.0.0.1:1"]'))
    writer.start()
    done = connprobe("--dry-run", "-s", pipe)
    writer.join()
    assert done.returncode == 0 and "JSON, by its content" in done.stdout


def test_a_file_that_is_too_large_is_refused_before_it_is_read_whole(connprobe, tmp_path):
    with open(tmp_path / "x.txt", "wb") as file:
        file.truncate((256 << 20) + 1)
    done = connprobe("-s", tmp_path / "x.txt")
    assert done.returncode == 2 and "is larger than 256 MiB" in done.stderr


def test_standard_input_does_not_read_the_environment(connprobe):
    done = connprobe("--dry-run", "-s", "-", input='[{"host": "${HOME}", "port": 1}]')
    assert done.returncode == 2 and "${HOME}" in done.stderr


# ---- the schema and the reader judge alike ----

class JsonLoader(yaml.SafeLoader):
    """YAML whose scalars are those of JSON, as connprobe reads it: `on` is a word."""


JsonLoader.yaml_implicit_resolvers = {}
JsonLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
JsonLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9][0-9]*)$"), list("-0123456789"))
JsonLoader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+\.[0-9]+$"), list("-0123456789"))


@pytest.fixture(scope="module")
def validator(root):
    schema = json.loads((root / "configs" / "servers.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


EXAMPLES = ["annotated.yaml", "readiness.yaml", "microservices.yaml", "database-replicas.json", "load-balanced-tls.yaml"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_good_for_the_schema_and_the_reader(connprobe, root, validator, example):
    document = yaml.load((root / "configs" / example).read_text(), JsonLoader)
    assert not list(validator.iter_errors(document))
    done = connprobe("--dry-run", "-s", root / "configs" / example, env={"REDIS_PASSWORD": "secret", "CLIENT_KEY": "secret"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "secret" not in done.stdout


def test_the_annotated_example_has_every_key_of_the_schema(root, validator):
    def properties(part):
        if isinstance(part, list):
            return set().union(*map(properties, part))
        if not isinstance(part, dict):
            return set()
        return set(part.get("properties", {})) | properties(list(part.values()))

    def keys(value):
        if isinstance(value, list):
            return set().union(*map(keys, value))
        if not isinstance(value, dict):
            return set()
        return set(value) | keys([part for key, part in value.items() if key not in ("headers", "expect_headers")])

    document = yaml.load((root / "configs" / "annotated.yaml").read_text(), JsonLoader)
    assert keys(document) == properties(validator.schema)


GOOD = [
    ["a:1"], ["tls://a:1,2-3"], ["[::1]:1"], ["192.0.2.0/28:22"], ["unix:/x"],
    {"servers": ["a:1"]}, {"version": 1, "servers": ["a:1"], "x-anything": {"a": [1]}, "$schema": "s"},
    {"defaults": {"port": 1}, "servers": [{"host": "a"}]},
    [{"host": "a", "port": 1, "tls": True}], [{"host": "a", "port": 1, "enableTLS": {}}], [{"cacheKey": "n", "host": "a", "port": 1}],
    [{"unix": "/x"}], [{"url": "tls://a:1", "tls": {"server_name": "b"}}],
    [{"host": "a", "port": 1, "timeout": 0}], [{"host": "a", "port": 1, "timeout": "1m30.5s"}],
    [{"host": "a", "port": 1, "tls": {"min_version": 1.2, "max_version": "TLSv1.3", "alpn": ["h2"], "alpn_required": True}}],
    [{"host": "a", "port": 1, "retry": "fixed"}], [{"host": "a", "port": 1, "retry": {"max_attempts": 3, "jitter": "full", "multiplier": 1}}],
    [{"host": "a", "port": 1, "retry": {"rules": [{"on": ["auth", "dns,tls"], "stop": True}, {"on": "*", "strategy": "fixed"}]}}],
    ["https://a", "http://a:1/b?c#d", "redis://:p@a/1", "rediss://a", "postgres://u@[::1]/db", "postgresql://b"],
    [{"url": "https://a/b", "check": {"status": [200, "301-399"], "expect_headers": {"A": "b"}}}],
    [{"host": "a", "port": 1, "check": "http"}], [{"host": "a", "port": 1, "check": False}],
    [{"host": "a", "port": 1, "check": {"type": "tcp", "steps": [{"expect": "^220 .*$"}, {"send": "x"}]}, "check_timeout": "1s"}],
    ["srv://_a._tcp.b"], [{"url": "srv://_ldap._tcp.example.com", "name": "n"}],
    [{"host": "fe80::1%eth0", "port": 1, "source": "fe80::2%eth0", "interface": "eth0", "address_delay": 0, "all_addresses": True}],
    [{"host": "::1", "port": 1, "address": "127.0.0.1", "family": "ipv4", "tags": ["a"], "max_latency": "1s", "cert_expiry": "14d"}],
]

BAD = [
    {}, 5, None, "a:1", [5], ["a"], ["gopher://a"], ["srv://a.b"], ["srv://_a._udp.b"], ["srv://_a._tcp.b:1"], ["http://"], {"servers": {}}, {"server": ["a:1"]}, {"version": 2, "servers": ["a:1"]},
    {"defaults": {"host": "a"}, "servers": ["a:1"]}, {"defaults": {"name": "a"}, "servers": ["a:1"]},
    [{}], [{"port": 1}], [{"host": "a", "port": 0}], [{"host": "a", "port": 70000}], [{"host": "a", "port": "1"}],
    [{"host": "a", "unix": "/x"}], [{"url": "tcp://a:1", "port": 1}], [{"url": "a:1"}], [{"url": "https://a b"}], [{"url": "srv://a"}], [{"host": "a", "port": 1, "source": "eth0"}], [{"host": "a", "port": 1, "interface": "a/b"}],
    [{"host": "a b", "port": 1}], [{"host": 5, "port": 1}], [{"host": "", "port": 1}], [{"host": "a", "port": 1, "prot": 1}],
    [{"host": "a", "port": 1, "name": "n", "cacheKey": "m"}], [{"host": "a", "port": 1, "tls": True, "enableTLS": True}],
    [{"host": "a", "port": 1, "tls": "yes"}], [{"host": "a", "port": 1, "tls": {"pins": ["x"]}}],
    [{"host": "a", "port": 1, "tls": {"min_version": "1.1"}}], [{"host": "a", "port": 1, "tls": {"alpn": "h2"}}],
    [{"host": "a", "port": 1, "timeout": 5}], [{"host": "a", "port": 1, "timeout": "5"}], [{"host": "a", "port": 1, "timeout": "1s1m"}],
    [{"host": "a", "port": 1, "retry": 5}], [{"host": "a", "port": 1, "retry": "linear"}],
    [{"host": "a", "port": 1, "retry": {"strategy": "none", "delay": "1s"}}], [{"host": "a", "port": 1, "retry": {"jitter": 2}}],
    [{"host": "a", "port": 1, "retry": {"multiplier": 0.5}}], [{"host": "a", "port": 1, "retry": {"max_attempts": -1}}],
    [{"host": "a", "port": 1, "retry": {"rules": [{"on": "auth"}]}}], [{"host": "a", "port": 1, "retry": {"rules": [{"stop": True}]}}],
    [{"host": "a", "port": 1, "retry": {"rules": [{"on": "auth", "stop": True, "delay": "1s"}]}}],
    [{"host": "a", "port": 1, "family": "ipv5"}], [{"host": "a", "port": 1, "address": "localhost"}],
    [{"host": "a", "port": 1, "tags": "x"}], [{"host": "a", "port": 1, "check": {}}],
]


@pytest.mark.parametrize("document", GOOD, ids=json.dumps)
def test_schema_and_reader_take_what_is_right(connprobe, validator, tmp_path, document):
    (tmp_path / "x.json").write_text(json.dumps(document))
    done = connprobe("--dry-run", "-s", tmp_path / "x.json")
    assert done.returncode == 0, done.stderr
    assert validator.is_valid(document)


@pytest.mark.parametrize("document", BAD, ids=json.dumps)
def test_schema_and_reader_refuse_what_is_wrong(connprobe, validator, tmp_path, document):
    (tmp_path / "x.json").write_text(json.dumps(document))
    assert connprobe("--dry-run", "-s", tmp_path / "x.json").returncode == 2
    assert not validator.is_valid(document)
