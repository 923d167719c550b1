#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "report/registry.hpp"
#include "sample_run.hpp"

using namespace connprobe;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> keys_of(const Json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;
}

using Keys = std::vector<std::string>;

const Keys run_keys{"schema", "connprobe_version", "started_at", "run"};
const Keys summary_keys{
    "servers",      "up",       "degraded",     "down",        "unknown",    "required",   "rejected",
    "attempts",     "retries",  "verdict",      "exit_status", "elapsed_ms", "latency_ms", "peak_concurrent",
    "peak_sockets", "failures", "failure_codes"};
const Keys result_keys{"name",    "target",          "host",        "port",       "unix",
                       "tags",    "status",          "stopped_by",  "attempts",   "retries",
                       "address", "family",          "latency_ms",  "elapsed_ms", "addresses",
                       "tls",     "check",           "connections", "warnings",   "error",
                       "history", "history_left_out"};

Keys with_first(std::string first, const Keys& rest) {
    Keys keys{std::move(first)};
    keys.insert(keys.end(), rest.begin(), rest.end());
    return keys;
}

Json document() { return Json::parse(test::written(test::sample_run(), "json", {})); }

const Json& result_of(const Json& whole, std::string_view name) {
    const auto& results = whole["results"];
    return *std::find_if(results.begin(), results.end(), [&](const Json& result) { return result["name"] == name; });
}

/// The summary that the results of a document add up to.
Json added_up(const Json& results) {
    Json sum{{"up", 0}, {"degraded", 0}, {"down", 0}, {"unknown", 0}, {"attempts", 0}, {"retries", 0}};
    std::vector<double> totals;
    std::map<std::string, int> classes, codes;
    for (const Json& result : results) {
        sum[result["status"].get<std::string>()] = sum[result["status"].get<std::string>()].get<int>() + 1;
        for (const char* count : {"attempts", "retries"}) sum[count] = sum[count].get<int>() + result[count].get<int>();
        CHECK(result["attempts"] == result["history"].size());
        if (result["status"] == "up" || result["status"] == "degraded") {
            totals.push_back(result["latency_ms"]["total"].get<double>());
        } else {
            ++classes[result["error"]["class"].get<std::string>()];
            ++codes[result["error"]["code"].get<std::string>()];
        }
    }
    std::sort(totals.begin(), totals.end());
    const auto rank = [&](double p) {
        return totals[static_cast<std::size_t>(std::ceil(p / 100 * double(totals.size()))) - 1];
    };
    sum["latency"] = {totals.front(), rank(50), rank(90), rank(99), totals.back()};
    sum["failures"] = nlohmann::json(classes);
    sum["failure_codes"] = nlohmann::json(codes);
    return sum;
}

}  // namespace

TEST_CASE("the document has every key of connprobe/1 in its order") {
    const Json whole = document();
    CHECK(keys_of(whole) == Keys{"schema", "connprobe_version", "started_at", "run", "summary", "results"});
    CHECK(keys_of(whole["run"]) == Keys{"command", "resolver", "max_concurrent", "threads", "shard", "vantage"});
    CHECK(keys_of(whole["summary"]) == summary_keys);
    for (const Json& result : whole["results"]) {
        CHECK(keys_of(result) == result_keys);
        CHECK(keys_of(result["latency_ms"]) == Keys{"resolve", "connect", "proxy", "tls", "check", "total"});
        for (const Json& attempt : result["history"]) {
            CHECK(keys_of(attempt) ==
                  Keys{"attempt", "started_ms", "elapsed_ms", "address", "latency_ms", "error", "backoff_ms"});
        }
        if (!result["error"].is_null()) {
            CHECK(keys_of(result["error"]) == Keys{"phase", "class", "code", "message", "hint"});
        }
    }
    const Json& tls = result_of(whole, "payments")["tls"];
    CHECK(keys_of(tls) == Keys{"version", "cipher", "group", "alpn", "resumed", "verified", "certificate",
                               "chain_expires_in_days", "chain", "chain_length", "verified_chain", "stapling"});
    CHECK(keys_of(tls["certificate"]) == Keys{"subject", "issuer", "sans", "not_before", "not_after", "expires_in_days",
                                              "fingerprint_sha256", "key", "key_bits", "signature"});
    CHECK(keys_of(tls["stapling"]) == Keys{"status", "this_update", "next_update"});
}

TEST_CASE("a history that lacks attempts says how many, and keeps their numbers") {
    test::SampleRun sample = test::sample_run();
    Result& result = sample.results.front();
    result.history.resize(12);
    result.left_out = 500;
    const Json whole = Json::parse(test::written(sample, "json", {}));
    const Json& written = whole["results"][result.index];
    CHECK(written["attempts"] == 512);
    CHECK(written["retries"] == 511);
    CHECK(written["history_left_out"] == 500);
    CHECK(written["history"][0]["attempt"] == 1);
    CHECK(written["history"][9]["attempt"] == 10);
    CHECK(written["history"][10]["attempt"] == 511);
    CHECK(written["history"][11]["attempt"] == 512);
}

TEST_CASE("results stand in the order of the input, however they finished") {
    const test::SampleRun sample = test::sample_run();
    const Json whole = Json::parse(test::written(sample, "json", {}));
    REQUIRE(whole["results"].size() == sample.targets.size());
    CHECK(sample.results.front().index != 0);
    for (std::size_t i = 0; i < sample.targets.size(); ++i) {
        if (sample.targets[i]->name.find('\xFF') == std::string::npos) {
            CHECK(whole["results"][i]["name"] == sample.targets[i]->name);
        }
    }
}

TEST_CASE("what is absent is null, and figures keep their units") {
    const Json whole = document();
    CHECK(whole["started_at"] == "2026-01-02T03:04:05.678Z");
    const Json& app = result_of(whole, "app");
    CHECK(app["host"].is_null());
    CHECK(app["port"].is_null());
    CHECK(app["unix"] == "/run/app.sock");
    CHECK(app["family"] == "unix");
    const Json& late = result_of(whole, "batch");
    CHECK(late["attempts"] == 0);
    CHECK(late["retries"] == 0);
    CHECK(late["address"].is_null());
    CHECK(late["latency_ms"]["total"].is_null());
    CHECK(late["error"]["phase"].is_null());
    const Json& payments = result_of(whole, "payments");
    CHECK(payments["latency_ms"]["total"] == 51.334);
    CHECK(payments["tls"]["certificate"]["not_after"] == "2026-03-12T12:00:00Z");
    CHECK(payments["tls"]["certificate"]["expires_in_days"] == 69.3);
    CHECK(result_of(whole, "billing")["tls"]["certificate"]["expires_in_days"] == -4.7);
    CHECK(result_of(whole, "billing")["tls"]["chain_expires_in_days"].is_null());
}

TEST_CASE("the summary is what the results add up to") {
    const test::SampleRun samples[] = {test::sample_run(), test::many_down(1'000, 7)};
    for (const test::SampleRun& sample : samples) {
        const Json whole = Json::parse(test::written(sample, "json", {}));
        const Json sum = added_up(whole["results"]);
        const Json& summary = whole["summary"];
        CHECK(summary["servers"] == whole["results"].size());
        for (const char* count : {"up", "degraded", "down", "unknown", "attempts", "retries"}) {
            CHECK(summary[count] == sum[count]);
        }
        for (const char* counts : {"failures", "failure_codes"}) {
            CHECK(nlohmann::json(summary[counts]) == nlohmann::json(sum[counts]));
        }
        const Json& latency = summary["latency_ms"];
        CHECK(sum["latency"] == Json{latency["min"], latency["p50"], latency["p90"], latency["p99"], latency["max"]});
    }
}

TEST_CASE("NDJSON has the run first, results as they finish, the summary last, and flushes every line") {
    struct Lines final : report::Sink {
        std::vector<std::string> flushed;
        std::string pending;
        void write(std::string_view more) override { pending += more; }
        void flush() override { flushed.push_back(std::exchange(pending, {})); }
    } lines;
    const test::SampleRun sample = test::sample_run();
    const auto writer = report::find_format("ndjson")->make(lines, {});
    writer->begin(sample.run);
    for (const Result& result : sample.results) writer->result(result);
    writer->end(sample.summary);

    REQUIRE(lines.flushed.size() == sample.results.size() + 2);
    for (const std::string& line : lines.flushed) CHECK(line.find('\n') == line.size() - 1);
    CHECK(keys_of(Json::parse(lines.flushed.front())) == with_first("type", run_keys));
    CHECK(Json::parse(lines.flushed.front())["type"] == "run");
    for (std::size_t i = 0; i < sample.results.size(); ++i) {
        const Json line = Json::parse(lines.flushed[i + 1]);
        CHECK(keys_of(line) == with_first("type", result_keys));
        CHECK(line["type"] == "result");
        CHECK(line["target"] == sample.results[i].target->written);
    }
    CHECK(keys_of(Json::parse(lines.flushed.back())) == with_first("type", summary_keys));
    CHECK(Json::parse(lines.flushed.back())["type"] == "summary");
}

TEST_CASE("a server that has no result yet leaves no hole in the document") {
    test::SampleRun sample = test::sample_run();
    sample.results.resize(3);
    CHECK(Json::parse(test::written(sample, "json", {}))["results"].size() == 3);
}

TEST_CASE("formats are found by their name") {
    for (const char* name : {"table", "json", "ndjson"}) {
        REQUIRE(report::find_format(name) != nullptr);
        CHECK(report::find_format(name)->name == name);
    }
    CHECK(report::find_format("xml") == nullptr);
    CHECK(report::find_format("") == nullptr);
}
