"""--fallback sequential: one at a time, where many at a time have failed."""
import json

from support import summary


def test_each_result_is_written_once_with_both_attempts(connprobe, servers):
    targets = [servers.refusing().target for _ in range(4)]
    document, done = connprobe.json(*targets, "--fallback", "sequential")
    summary.assert_truthful(document)
    assert done.returncode == 1
    assert [each["attempts"] for each in document["results"]] == [2, 2, 2, 2]
    assert document["summary"]["attempts"] == 8
    assert document["summary"]["retries"] == 4
    for each in document["results"]:
        assert [attempt["attempt"] for attempt in each["history"]] == [1, 2]
        assert each["history"][0]["started_ms"] < each["history"][1]["started_ms"]
        assert each["stopped_by"] == "attempts"
    begun = sorted((each["history"][1]["started_ms"], each["history"][1]["elapsed_ms"]) for each in document["results"])
    for (started, elapsed), (following, _) in zip(begun, begun[1:]):
        assert started + elapsed <= following + 0.002  # rounded to microseconds


def test_ndjson_has_each_result_once(connprobe, servers):
    targets = [servers.add().target, *(servers.refusing().target for _ in range(3))]
    done = connprobe(*targets, "--fallback", "sequential", "-o", "ndjson")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["type"] for line in lines] == ["run", *["result"] * 4, "summary"]
    assert sorted(line["name"] for line in lines[1:5]) == sorted(targets)
    assert [line["attempts"] for line in lines[1:5]] == [1, 2, 2, 2]


def test_half_of_the_servers_up_is_enough_to_leave_it_at_that(connprobe, servers):
    document, _ = connprobe.json(servers.add().target, servers.refusing().target, "--fallback", "sequential")
    assert document["summary"]["attempts"] == 2


def test_the_log_says_which_servers_are_tried_again(connprobe, servers):
    refusing = servers.refusing().target
    done = connprobe(refusing, "--fallback", "sequential", "-v", "-q")
    assert f" {refusing}: attempt 1: connection_refused: " in done.stderr
    assert f" {refusing}: down after 2 attempts: connection_refused: " in done.stderr


def test_there_is_one_way_and_one_command(connprobe):
    done = connprobe("db:1", "--fallback", "parallel")
    assert done.returncode == 2
    assert "--fallback: expected sequential, found \"parallel\"\n" in done.stderr
    done = connprobe("wait", "db:1", "--fallback", "sequential")
    assert done.returncode == 2
    assert done.stderr.startswith("connprobe: --fallback: not an option of wait: "
                                  "it is for one pass; here servers are tried again in any case\n")
