"""The command line: what is asked for, what is refused, and where each text goes."""
import json
import re

import pytest

RESERVED_OPTIONS = ["--rate", "--stream", "--max-per-host"]
RESERVED_COMMANDS = ["watch", "report", "compare"]
RESERVED_FORMATS = ["csv", "junit", "prometheus", "markdown", "html", "tap", "github"]


def test_nothing_asked_is_a_short_help_on_standard_error(connprobe):
    done = connprobe()
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("connprobe: no servers") and "Examples:" in done.stderr


@pytest.mark.parametrize("argument", ["-h", "--help"])
def test_help_goes_to_standard_output_in_lines_of_eighty_columns(connprobe, argument):
    done = connprobe(argument)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "connprobe --servers servers.json --max-concurrent 5 --retry exponential" in done.stdout


@pytest.mark.parametrize("command", ["explain", "demo", "completion"])
def test_a_command_has_a_help_of_its_own(connprobe, command):
    done = connprobe(command, "--help")
    assert done.returncode == 0 and f"connprobe {command}" in done.stdout
    assert "--servers" not in done.stdout


def test_the_version_is_one_line_and_with_v_also_the_libraries(connprobe):
    assert re.fullmatch(r"connprobe \d+\.\d+\.\d+\n", connprobe("--version").stdout)
    lines = connprobe("-V", "-v").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["OpenSSL", "c-ares", "Asio", "CLI11", "nlohmann/json", "yaml-cpp",
                                                       "spdlog", "fmt"]
    assert all(re.search(r" \d+\.\d+", line) for line in lines[1:])


@pytest.mark.parametrize("name", [*RESERVED_OPTIONS, *RESERVED_COMMANDS])
def test_what_comes_later_is_refused_by_name_and_announced_nowhere(connprobe, name):
    done = connprobe(name, "db:1")
    assert done.returncode == 2 and f"{name}: not supported by this version" in done.stderr
    for text in (connprobe("--help").stdout, *(connprobe("completion", shell).stdout for shell in ("bash", "zsh", "fish"))):
        assert not re.search(rf"(?<![\w-]){name}(?![\w-])", text)


@pytest.mark.parametrize("name", RESERVED_FORMATS)
def test_a_format_that_comes_later_is_refused_by_name(connprobe, name):
    for value in (name, f"{name}=file", f"file.{name}"):
        done = connprobe("-o", value, "db:1")
        assert done.returncode == 2 and f"{name}: not supported by this version" in done.stderr


def test_a_misspelt_option_is_answered_with_the_nearest(connprobe):
    done = connprobe("--server", "x.json")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "connprobe: --server: unknown option: did you mean --servers?"


@pytest.mark.parametrize("arguments, order", [
    (["-s", "f.json", "wait"], "connprobe wait -s f.json"),
    (["db:1", "wait"], "connprobe wait db:1"),
    (["-q", "probe", "db:1"], "connprobe probe -q db:1"),
])
def test_a_command_that_is_not_first_is_answered_with_the_right_order(connprobe, arguments, order):
    done = connprobe(*arguments)
    assert done.returncode == 2 and order in done.stderr


@pytest.mark.parametrize("arguments", [
    ["-c", "5", "TARGET", "-q"], ["TARGET", "-qc5"], ["probe", "TARGET", "--quiet"], ["-q", "--", "TARGET"], ["-q", "--color=never", "TARGET"],
])
def test_options_and_targets_mix_freely(connprobe, servers, arguments):
    server = servers.add()
    done = connprobe(*[server.target if each == "TARGET" else each for each in arguments])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert servers.wait_until(lambda: server.accepted == 1)


def test_an_option_takes_exactly_one_value(connprobe, servers, tmp_path):
    file, other = servers.add(), servers.add()
    (tmp_path / "a.txt").write_text(file.target)
    document, done = connprobe.json("-s", tmp_path / "a.txt", other.target)
    assert done.returncode == 0
    assert [each["target"] for each in document["results"]] == [file.target, other.target]


def test_a_target_keeps_its_brackets(connprobe):
    document, done = connprobe.json("[::1]:1", "--timeout", "1s")
    assert done.returncode == 1 and document["results"][0]["target"] == "[::1]:1"


def test_a_time_without_unit_is_answered_with_both(connprobe):
    done = connprobe("-t", "500", "db:1")
    assert done.returncode == 2 and done.stderr.startswith("-t: ")
    assert "has no unit: write 500ms or 500s" in done.stderr


def test_curls_retry_is_exponential_with_that_many_retries(connprobe, servers):
    document, _ = connprobe.json("--retry", "2", "--retry-delay", "1ms", servers.refusing().target)
    assert document["results"][0]["attempts"] == 3


def test_an_output_named_like_a_file_is_one(connprobe, servers, tmp_path):
    done = connprobe("-o", "out.json", servers.add().target, cwd=tmp_path)
    assert done.returncode == 0 and "1 up" in done.stdout
    assert (tmp_path / "out.json").read_text().startswith("{")


def test_no_verification_is_warned_of(connprobe, servers):
    done = connprobe("-k", f"tls://{servers.refusing().target}")
    assert "warning: certificates are not verified (--insecure): 1 of 1 servers\n" in done.stderr
    assert connprobe("-k", "--log-level", "error", f"tls://{servers.refusing().target}").stderr == ""


def test_v_logs_attempts_and_vv_steps(connprobe, servers):
    target = servers.refusing().target
    attempts = connprobe("-qv", "--retry", "1", "--retry-delay", "1ms", target).stderr
    assert f"{target}: attempt 1: connection_refused: " in attempts and f"{target}: down after 2 attempts" in attempts
    assert len(connprobe("-qvv", "--retry", "1", "--retry-delay", "1ms", target).stderr.splitlines()) > len(attempts.splitlines())


def test_names_from_outside_do_not_reach_the_log_raw(connprobe, servers, tmp_path):
    host, port = servers.refusing().target.rsplit(":", 1)
    (tmp_path / "a.json").write_text('[{"name": "evil\\u001b[31m", "host": "%s", "port": %s}]' % (host, port))
    done = connprobe("-v", "-s", tmp_path / "a.json")
    assert "\x1b" not in done.stderr + done.stdout


class TestExplain:
    def test_a_code_is_explained(self, connprobe):
        done = connprobe("explain", "connection_refused")
        assert done.returncode == 0
        assert done.stdout.startswith("connection_refused  (class network; tried again by --retry)\n")
        assert "Usual causes:" in done.stdout and "What to try: On the host, " in done.stdout
        assert max(map(len, done.stdout.splitlines())) <= 80

    def test_a_class_lists_its_codes(self, connprobe):
        done = connprobe("explain", "proxy")
        codes = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ") and line[2] != " "]
        assert (done.returncode, codes) == (0, ["proxy_denied", "proxy_unexpected_reply"])

    def test_a_warning_is_explained_too(self, connprobe):
        assert connprobe("explain", "slow").returncode == 0

    def test_alone_it_lists_all_codes_by_class(self, connprobe):
        done = connprobe("explain")
        assert done.returncode == 0
        headings = re.findall(r"^(\w+):$", done.stdout, re.MULTILINE)
        assert headings[:3] == ["dns", "network", "timeout"] and headings[-1] == "warnings"
        for code in ("host_not_found", "self_signed *", "deadline_exceeded"):
            assert f"\n  {code} " in done.stdout

    def test_a_code_that_does_not_exist_is_answered_with_the_nearest(self, connprobe):
        done = connprobe("explain", "conection_refused")
        assert done.returncode == 2 and done.stdout == ""
        assert done.stderr == 'connprobe: explain: unknown code "conection_refused": did you mean connection_refused?\n'


class TestDryRun:
    def test_servers_values_and_schedule_are_shown_and_nothing_is_probed(self, connprobe, servers, tmp_path):
        server = servers.add()
        host, port = server.target.rsplit(":", 1)
        (tmp_path / "a.json").write_text(
            '{"defaults": {"timeout": "2s"},\n "servers": [{"name": "db", "host": "%s", "port": %s}]}' % (host, port))
        done = connprobe("--dry-run", "-s", "a.json", "--retry", "exponential", "--retry-jitter", "0", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "a.json: JSON, by its ending\n" in done.stdout
        assert "1 server; nothing is probed\n" in done.stdout
        assert re.search(r"timeout +2s +a\.json:1:\d+\n", done.stdout)
        assert re.search(r"retry\.strategy +exponential +--retry\n", done.stdout)
        assert "3 attempts: at 0, 1 s, 3 s\n" in done.stdout
        assert server.accepted == 0

    def test_with_a_seed_the_times_are_those_of_the_run(self, connprobe, servers):
        target = servers.refusing().target
        arguments = ["--retry", "exponential", "--retry-delay", "20ms", "--seed", "7", target]
        shown = re.search(r"3 attempts: at 0, ([\d.]+) ms, ", connprobe("--dry-run", *arguments).stdout)[1]
        document, _ = connprobe.json(*arguments)
        assert document["results"][0]["history"][0]["backoff_ms"] == float(shown)

    def test_a_long_list_stays_readable(self, connprobe):
        done = connprobe("--dry-run", "192.0.2.0/24:80")
        assert "256 servers" in done.stdout and "and 236 more" in done.stdout
        assert len(done.stdout.splitlines()) < 60

    def test_servers_of_a_file_that_are_asked_alike_are_shown_together(self, connprobe, tmp_path):
        (tmp_path / "a.json").write_text(json.dumps([{"name": f"n{i}", "host": "192.0.2.1", "port": i + 1} for i in range(99)]))
        done = connprobe("--dry-run", "-s", "a.json", cwd=tmp_path)
        assert "\nn1  192.0.2.1:2\n" in done.stdout and "and 79 more" in done.stdout
        assert len(done.stdout.splitlines()) < 40


def test_the_list_of_servers_is_not_overwritten(connprobe, tmp_path):
    (tmp_path / "a.json").write_text("[]")
    done = connprobe("-s", "a.json", "-o", "./a.json", cwd=tmp_path)
    assert done.returncode == 2 and "would overwrite the list of servers" in done.stderr
    assert (tmp_path / "a.json").read_text() == "[]"
