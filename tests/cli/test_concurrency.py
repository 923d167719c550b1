"""How many attempts are in flight when nobody says, and what is said of it."""
import re


def silent_list(servers, tmp_path, count):
    """As many targets, on addresses of their own, that never answer."""
    port = servers.silent(host="0.0.0.0").port
    listed = tmp_path / "silent.txt"
    listed.write_text("".join(f"127.1.{i // 250}.{i % 250 + 1}:{port}\n" for i in range(count)))
    return listed


def limits(log):
    return [int(found) for found in re.findall(r"(\d+) at a time now: ", log)]


def test_the_log_says_how_the_limit_grows_and_why(connprobe, servers, tmp_path):
    listed = silent_list(servers, tmp_path, 400)
    document, done = connprobe.json("-s", listed, "--timeout", "200ms", "-v")
    assert " at a time now: no answers, so none is delayed\n" in done.stderr
    grown = limits(done.stderr)
    assert grown[0] == 128
    assert grown == sorted(grown)
    assert document["summary"]["peak_concurrent"] > 64
    assert document["summary"]["peak_concurrent"] <= document["run"]["max_concurrent"] <= 400


def test_an_explicit_limit_is_constant(connprobe, servers, tmp_path):
    listed = silent_list(servers, tmp_path, 200)
    document, done = connprobe.json("-s", listed, "--timeout", "100ms", "-v", "-c", "70")
    assert limits(done.stderr) == []
    assert document["run"]["max_concurrent"] == document["summary"]["peak_concurrent"] == 70


def test_auto_is_the_default_by_name(connprobe, servers, tmp_path):
    listed = silent_list(servers, tmp_path, 3)
    document, _ = connprobe.json("-s", listed, "--timeout", "100ms", "-c", "auto")
    assert document["run"]["max_concurrent"] == document["summary"]["peak_concurrent"] == 3
