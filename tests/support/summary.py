"""The summary that the results of a JSON document amount to, computed here a second time."""
import collections
import math


def recompute(document, required=None):
    """The keys of `summary` that follow from `results` alone, for a run that was not cut short."""
    results = document["results"]
    statuses = collections.Counter(each["status"] for each in results)
    not_up = [each["error"] for each in results if each["status"] in ("down", "unknown")]
    required = len(results) if required is None else required
    enough = statuses["up"] + statuses["degraded"] >= required
    verdict = "down" if not enough else "degraded" if statuses["degraded"] else "up"
    return {
        "servers": len(results),
        **{status: statuses[status] for status in ("up", "degraded", "down", "unknown")},
        "required": required,
        "rejected": 0,
        "attempts": sum(each["attempts"] for each in results),
        "retries": sum(each["retries"] for each in results),
        "verdict": verdict,
        "exit_status": {"up": 0, "down": 1, "degraded": 3}[verdict],
        "latency_ms": _latency([e["latency_ms"]["total"] for e in results if e["status"] in ("up", "degraded")]),
        "failures": dict(collections.Counter(error["class"] for error in not_up)),
        "failure_codes": dict(collections.Counter(error["code"] for error in not_up)),
    }


def _latency(totals):
    if not totals:
        return None
    totals = sorted(totals)
    nearest_rank = {f"p{p}": totals[math.ceil(p / 100 * len(totals)) - 1] for p in (50, 90, 99)}
    return {"min": totals[0], "mean": sum(totals) / len(totals), **nearest_rank, "max": totals[-1]}


def assert_truthful(document, required=None):
    """The summary of a document says what its results say, and each result what its history says."""
    expected, found = recompute(document, required), document["summary"]
    latency, found_latency = expected.pop("latency_ms"), found["latency_ms"]
    assert {key: found[key] for key in expected} == expected
    assert (latency is None) == (found_latency is None)
    for key in latency or ():
        assert abs(found_latency[key] - latency[key]) <= 0.0011, key
    for each in document["results"]:
        assert each["attempts"] == len(each["history"]), each["name"]
        assert each["retries"] == max(each["attempts"] - 1, 0), each["name"]
        if each["history"]:
            assert each["latency_ms"] == each["history"][-1]["latency_ms"], each["name"]
