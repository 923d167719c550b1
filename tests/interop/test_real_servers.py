"""What connprobe says of servers from the distribution, held against what they are and what openssl s_client sees."""
import datetime
import json
import re
import subprocess

import pytest

from support import dns, summary


def only(run):
    """The one result of a run."""
    document, _ = run
    assert len(document["results"]) == 1
    return document["results"][0]


def s_client(port, ca_file, *options):
    """What OpenSSL's own client sees: its report, and facts of the certificate by name."""
    report = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", ca_file, *options],
                            input="", capture_output=True, text=True, errors="replace").stdout
    ask = ["openssl", "x509", "-noout", "-subject", "-issuer", "-startdate", "-enddate", "-fingerprint", "-sha256"]
    facts = subprocess.run([*ask, "-nameopt", "RFC2253"], input=report, capture_output=True, text=True, check=True)
    return report, dict(line.split("=", 1) for line in facts.stdout.splitlines())


def date(text):
    """Of `openssl x509`, in UTC."""
    return datetime.datetime.strptime(text, "%b %d %H:%M:%S %Y GMT").replace(tzinfo=datetime.timezone.utc)


def test_plain_ports_of_real_servers_are_up_and_get_no_tls(connprobe, nginx, redis, postgres, sshd):
    ports = {"nginx": nginx.plain, "redis": redis.plain, "postgres": postgres.plain, "sshd": sshd.plain}
    servers = [{"name": name, "host": "127.0.0.1", "port": port} for name, port in ports.items()]
    document, done = connprobe.json("-s", "-", input=json.dumps(servers))
    assert done.returncode == 0, done.stderr
    assert {each["name"]: each["status"] for each in document["results"]} == dict.fromkeys(ports, "up")
    for each in document["results"]:
        assert each["address"] == "127.0.0.1" and each["tls"] is None and each["error"] is None
        assert each["latency_ms"]["connect"] >= 0 and each["latency_ms"]["tls"] is None


def test_a_closed_port_among_them_is_refused_and_the_others_stay_up(connprobe, nginx, redis, servers):
    closed = servers.refusing()
    document, done = connprobe.json(f"127.0.0.1:{nginx.plain},{redis.plain},{closed.port}", "--max-concurrent", "2")
    assert done.returncode == 1
    assert [each["status"] for each in document["results"]] == ["up", "up", "down"]
    assert document["results"][2]["error"]["code"] == "connection_refused"
    assert document["summary"]["failure_codes"] == {"connection_refused": 1}


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_tls_facts_are_those_that_openssl_sees(connprobe, nginx, ca_file, version):
    result = only(connprobe.json(f"tls://127.0.0.1:{nginx.tls}", "--cacert", ca_file, "--tls-min", version,
                                 "--tls-max", version, "--alpn", "h2,http/1.1"))
    report, facts = s_client(nginx.tls, ca_file, f"-tls{version.replace('.', '_')}", "-alpn", "h2,http/1.1")
    protocol, cipher = re.search(r"^New, (\S+), Cipher is (\S+)$", report, re.MULTILINE).groups()
    tls, certificate = result["tls"], result["tls"]["certificate"]
    assert result["status"] == "up" and tls["verified"] is True and tls["resumed"] is False
    assert (tls["version"], tls["cipher"], tls["alpn"]) == (protocol, cipher, "h2")
    assert tls["group"].upper() in re.search(r"^Server Temp Key: (.*)$", report, re.MULTILINE).group(1).upper()
    assert (certificate["subject"], certificate["issuer"]) == (facts["subject"], facts["issuer"])
    assert certificate["fingerprint_sha256"] == facts["sha256 Fingerprint"].replace(":", "").lower()
    assert datetime.datetime.fromisoformat(certificate["not_before"]) == date(facts["notBefore"])
    assert datetime.datetime.fromisoformat(certificate["not_after"]) == date(facts["notAfter"])
    assert 89 < certificate["expires_in_days"] <= 90


def test_a_server_name_is_verified_instead_of_the_address(connprobe, nginx, ca_file):
    target, trust = f"tls://127.0.0.1:{nginx.tls}", ("--cacert", ca_file)
    assert only(connprobe.json(target, *trust, "--server-name", "www.example.com"))["status"] == "up"
    wrong = only(connprobe.json(target, *trust, "--server-name", "db.example.com"))
    assert (wrong["status"], wrong["error"]["phase"], wrong["error"]["code"]) == ("down", "tls", "hostname_mismatch")
    assert "www.example.com" in wrong["error"]["message"] + wrong["error"]["hint"]


def test_an_authority_that_the_system_does_not_know_is_refused_unless_told_otherwise(connprobe, nginx):
    target = f"tls://127.0.0.1:{nginx.tls}"
    unknown = only(connprobe.json(target))
    assert (unknown["status"], unknown["error"]["code"]) == ("down", "unknown_authority")
    insecure = only(connprobe.json(target, "--insecure"))
    assert (insecure["status"], insecure["tls"]["verified"]) == ("up", False)
    assert "verification_off" in [each["code"] for each in insecure["warnings"]]


def test_redis_speaks_tls_too(connprobe, redis, ca_file):
    result = only(connprobe.json(f"tls://127.0.0.1:{redis.tls}", "--cacert", ca_file))
    assert (result["status"], result["tls"]["verified"]) == ("up", True)


@pytest.mark.parametrize("server, speaks", [("nginx", "plain HTTP"), ("sshd", "SSH")])
def test_tls_asked_of_a_plain_port_is_told_what_the_port_speaks(connprobe, request, server, speaks):
    port = request.getfixturevalue(server).plain
    result = only(connprobe.json(f"tls://127.0.0.1:{port}"))
    assert (result["status"], result["error"]["phase"], result["error"]["code"]) == ("down", "tls", "not_tls")
    assert speaks in result["error"]["hint"]


def test_a_proxy_without_a_backend_is_up_and_may_have_closed_at_once(connprobe, haproxy):
    """It is connected to; whether its close is there when we look is up to the two schedulers."""
    result = only(connprobe.json(f"127.0.0.1:{haproxy.plain}"))
    assert result["status"] == "up"
    assert {each["code"] for each in result["warnings"]} <= {"closed_at_once"}


def test_tls_through_a_proxy_without_a_backend_is_down(connprobe, haproxy):
    result = only(connprobe.json(f"tls://127.0.0.1:{haproxy.plain}"))
    assert result["status"] == "down"
    assert result["error"]["code"] in ("connection_closed", "connection_reset")


def test_the_whole_list_of_a_service(connprobe, nginx, redis, postgres, servers, ca_file, tmp_path):
    """The command of the first page, on everything that can happen to a server."""
    late = servers.refusing()
    listed = [
        {"name": "web", "host": "www.example.com", "port": nginx.tls, "tls": {"ca_file": str(ca_file)}},
        {"name": "cache", "host": "127.0.0.1", "port": redis.plain},
        {"name": "db", "host": "127.0.0.1", "port": postgres.plain},
        {"name": "closed", "host": "127.0.0.1", "port": servers.refusing().port},
        {"name": "nowhere", "host": "nowhere.example.com", "port": 80},
        {"name": "silent", "host": "127.0.0.1", "port": servers.silent().port, "connect_timeout": "300ms"},
        {"name": "late", "host": "127.0.0.1", "port": late.port, "retry": {"max_attempts": 20}},
    ]
    (tmp_path / "servers.json").write_text(json.dumps(listed))
    with dns.Server({"www.example.com": dns.address("127.0.0.1")}) as server:
        run = connprobe.start("--servers", tmp_path / "servers.json", "--max-concurrent", "5", "--retry", "exponential",
                              "--retry-delay", "100ms", "--resolver", server.resolver, "-v", "--json")
        assert any("late" in line and "connection_refused" in line for line in run.stderr)
        late.open()
        output, _ = run.communicate(timeout=60)
    document = json.loads(output)
    assert run.returncode == 1
    summary.assert_truthful(document)
    found = {each["name"]: (each["status"], each["error"] and each["error"]["code"]) for each in document["results"]}
    assert found == {"web": ("up", None), "cache": ("up", None), "db": ("up", None),
                     "closed": ("down", "connection_refused"), "nowhere": ("down", "host_not_found"),
                     "silent": ("down", "connect_timeout"), "late": ("up", None)}
    attempts = {each["name"]: each["attempts"] for each in document["results"]}
    assert attempts.pop("late") >= 2
    assert attempts == {"web": 1, "cache": 1, "db": 1, "closed": 3, "nowhere": 3, "silent": 3}
    assert server.questions["nowhere.example.com", "A"] == 3
    assert all(each["error"]["hint"] for each in document["results"] if each["error"])


def test_a_connect_only_probe_sends_no_byte_and_ends_without_a_reset(connprobe, postgres, watch):
    with watch(postgres.plain) as seen:
        assert only(connprobe.json(f"127.0.0.1:{postgres.plain}"))["status"] == "up"
    assert len(seen.syns(postgres.plain)) == 1
    assert seen.bytes_to(postgres.plain) == 0
    assert not seen.resets_to(postgres.plain)
