"""The JSON Schema of the results against what is written: the golden files, a real run, and documents that are wrong."""
import copy
import json

import jsonschema
import pytest


@pytest.fixture(scope="module")
def schema(root):
    content = json.loads((root / "configs" / "result.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(content)
    return content


@pytest.fixture(scope="module")
def valid(schema):
    return jsonschema.Draft202012Validator(schema).is_valid


@pytest.fixture(scope="module")
def document(root):
    return json.loads((root / "tests" / "golden" / "run.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lines(root):
    return [json.loads(line) for line in (root / "tests" / "golden" / "run.ndjson").read_text(encoding="utf-8").splitlines()]


def resolved(schema, part):
    while "$ref" in part:
        part = schema["$defs"][part["$ref"].removeprefix("#/$defs/")]
    return part


def unknown_keys(schema, part, value, path="$"):
    """Keys that are written and that the schema does not describe: it lets them pass, for keys may be added."""
    part = resolved(schema, part)
    for choice in part.get("anyOf", []) + part.get("allOf", []):
        if not isinstance(value, dict) or "properties" in resolved(schema, choice):
            yield from unknown_keys(schema, choice, value, path)
    if isinstance(value, dict) and "properties" in part:
        for key, inner in value.items():
            if key in part["properties"]:
                yield from unknown_keys(schema, part["properties"][key], inner, f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    if isinstance(value, list) and "items" in part:
        for number, inner in enumerate(value):
            yield from unknown_keys(schema, part["items"], inner, f"{path}[{number}]")


def test_the_golden_document_and_lines_are_valid(schema, document, lines):
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(document)
    for line in lines:
        validator.validate(line)


def test_a_real_run_is_valid(schema, connprobe):
    validator = jsonschema.Draft202012Validator(schema)
    document, done = connprobe.json("127.0.0.1:1", "--retry-delay", "1ms")
    assert done.returncode == document["summary"]["exit_status"] == 1
    validator.validate(document)
    assert list(unknown_keys(schema, schema["else"], document)) == []
    for line in connprobe("127.0.0.1:1", "-o", "ndjson").stdout.splitlines():
        validator.validate(json.loads(line))


def test_every_key_that_is_written_is_described(schema, document):
    assert list(unknown_keys(schema, schema["else"], document)) == []
    document = copy.deepcopy(document)
    document["results"][0]["history"][0]["surprise"] = 1
    assert list(unknown_keys(schema, schema["else"], document)) == ["$.results[0].history[0].surprise"]


def places_of_objects(value, path=()):
    if isinstance(value, dict):
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places_of_objects(inner, (*path, key))


def test_every_key_is_required(valid, document):
    """A program that reads results may rely on each of them: what is absent is null."""
    small = copy.deepcopy(document)
    small["results"] = [next(r for r in small["results"] if r["name"] == name) for name in ("payments", "db", "shop")]
    for path in places_of_objects(small):
        if path and path[-1] in ("failures", "failure_codes"):
            continue
        place = small
        for step in path:
            place = place[step]
        for key in list(place):
            kept = place.pop(key)
            assert not valid(small), (*path, key)
            place[key] = kept
    assert valid(small)


@pytest.mark.parametrize("path, wrong", [
    (("schema",), "connprobe/2"),
    (("started_at",), "2026-01-02 03:04:05"),
    (("results", 0, "status"), "broken"),
    (("results", 0, "stopped_by"), "boredom"),
    (("results", 0, "port"), 65536),
    (("results", 0, "port"), "5432"),
    (("results", 0, "latency_ms", "connect"), -1),
    (("results", 0, "error", "phase"), "handshake"),
    (("results", 0, "error", "class"), "weather"),
    (("results", 0, "error", "hint"), ""),
    (("summary", "verdict"), "unknown"),
    (("summary", "failures"), {"weather": 1}),
    (("summary", "up"), -1),
])
def test_a_wrong_value_is_refused(valid, document, path, wrong):
    document = copy.deepcopy(document)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = wrong
    assert not valid(document)


def test_codes_of_a_later_release_are_accepted(valid, document):
    document = copy.deepcopy(document)
    document["results"][0]["error"]["code"] = "quic_refused"
    document["results"][0]["later"] = {"anything": 1}
    assert valid(document)


def test_the_summary_is_what_the_results_add_up_to(document):
    results, summary = document["results"], document["summary"]
    assert summary["servers"] == len(results)
    for status in ("up", "degraded", "down", "unknown"):
        assert summary[status] == sum(r["status"] == status for r in results)
    for count in ("attempts", "retries"):
        assert summary[count] == sum(r[count] for r in results)
    failed = [r["error"] for r in results if r["status"] in ("down", "unknown")]
    for key, count in (("class", "failures"), ("code", "failure_codes")):
        said = [error[key] for error in failed]
        assert summary[count] == {word: said.count(word) for word in said}
    totals = sorted(r["latency_ms"]["total"] for r in results if r["status"] in ("up", "degraded"))
    for name, percent in (("p50", 50), ("p90", 90), ("p99", 99)):
        assert summary["latency_ms"][name] == totals[-(-percent * len(totals) // 100) - 1]
    assert (summary["latency_ms"]["min"], summary["latency_ms"]["max"]) == (totals[0], totals[-1])
