#include "engine/job.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <utility>

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::engine;

namespace {

const net::TimePoint zero = net::TimePoint{} + 1h;

Target target_with(Settings settings) {
    Target target;
    target.name = target.host = "db";
    target.settings = std::make_shared<const Settings>(std::move(settings));
    return target;
}

Outcome failed(Code code) {
    Outcome outcome;
    outcome.failure = make_failure(Phase::connect, code, "it failed");
    outcome.latency.connect = 2ms;
    outcome.address = "192.0.2.1";
    return outcome;
}

Outcome connected() {
    Outcome outcome;
    outcome.latency.resolve = 1ms;
    outcome.latency.connect = 2ms;
    outcome.address = "192.0.2.1";
    outcome.family = ConnectedFamily::ipv4;
    return outcome;
}

ProberOptions with_deadline(Duration deadline) {
    ProberOptions options;
    options.deadline = deadline;
    return options;
}

}  // namespace

TEST_CASE("a connected server is up, and its times count from the run's start") {
    const auto target = target_with({});
    Job job{3, target};
    job.record(connected(), zero, zero + 10ms, zero + 14ms);
    const auto result = job.conclude(Goal{}, std::nullopt, zero + 15ms);
    CHECK(result.index == 3);
    CHECK(result.status == Status::up);
    CHECK_FALSE(result.error);
    REQUIRE(result.history.size() == 1);
    CHECK(result.history[0].started == 10ms);
    CHECK(result.history[0].elapsed == 4ms);
    CHECK(result.elapsed == 5ms);
    CHECK(result.latency().total() == 3ms);
}

TEST_CASE("a server that failed and then connected is up, with both attempts in its history") {
    const auto target = target_with({});
    Job job{0, target};
    job.record(failed(Code::connection_refused), zero, zero, zero + 1ms);
    job.back_off(100ms);
    job.record(connected(), zero, zero + 101ms, zero + 103ms);
    const auto result = job.conclude(Goal{}, std::nullopt, zero + 103ms);
    CHECK(result.status == Status::up);
    REQUIRE(result.history.size() == 2);
    CHECK(result.history[0].backoff == Duration{100ms});
    CHECK(result.history[0].error->code == Code::connection_refused);
    CHECK_FALSE(result.history[1].backoff);
    CHECK(result.elapsed == 103ms);
}

TEST_CASE("a server is down with its last completed failure, whatever ended the run") {
    const auto target = target_with({});
    Job job{0, target};
    job.record(failed(Code::connection_refused), zero, zero, zero + 1ms);
    job.back_off(100ms);
    auto cut = failed(Code::interrupted);
    cut.failure = cut_failure(RunEnd::deadline, Phase::connect, with_deadline(5s));
    job.record(std::move(cut), zero, zero + 101ms, zero + 103ms);
    const auto result = job.conclude(Goal{}, StoppedBy::deadline, zero + 103ms);
    CHECK(result.status == Status::down);
    CHECK(result.error->code == Code::connection_refused);
    CHECK(result.stopped_by == StoppedBy::deadline);
    CHECK(result.history[1].error->code == Code::deadline_exceeded);
}

TEST_CASE("a server without a completed attempt is unknown") {
    const auto target = target_with({});
    Job local{0, target};
    local.record(failed(Code::no_free_port), zero, zero, zero + 1ms);
    const auto here = local.conclude(Goal{}, StoppedBy::attempts, zero + 1ms);
    CHECK(here.status == Status::unknown);
    CHECK(here.error->code == Code::no_free_port);

    Job untouched{1, target};
    const auto never =
        untouched.conclude(Goal{}, StoppedBy::signal, zero, cut_failure(RunEnd::signal, std::nullopt, {}));
    CHECK(never.status == Status::unknown);
    CHECK(never.history.empty());
    CHECK(never.error->code == Code::interrupted);
    CHECK(never.error->failure_class == FailureClass::cancelled);
}

TEST_CASE("a backoff that is not waited for is not in the history") {
    const auto target = target_with({});
    Job job{0, target};
    job.record(failed(Code::connection_refused), zero, zero, zero + 1ms);
    job.back_off(100ms);
    CHECK_FALSE(job.conclude(Goal{}, StoppedBy::signal, zero + 2ms).history[0].backoff);
}

TEST_CASE("slower than max_latency is degraded, as fast as it is up") {
    Settings settings;
    settings.max_latency = 3ms;
    auto outcome = connected();
    judge_quality(outcome, settings, WallTime{});
    CHECK(outcome.warnings.empty());
    outcome.latency.connect = 2001us;
    judge_quality(outcome, settings, WallTime{});
    REQUIRE(outcome.warnings.size() == 1);
    CHECK(outcome.warnings[0].code == WarningCode::slow);
    CHECK(outcome.warnings[0].message == "3.001 ms, slower than 3 ms (max_latency)");
    const auto target = target_with(settings);
    Job job{0, target};
    job.record(std::move(outcome), zero, zero, zero);
    CHECK(job.conclude(Goal{}, std::nullopt, zero).status == Status::degraded);
}

TEST_CASE("a chain that ends within cert_expiry is degraded") {
    Settings settings;
    settings.cert_expiry = std::chrono::hours{24 * 14};
    const WallTime now{std::chrono::hours{1'000'000}};
    const auto warnings_at = [&](std::chrono::hours left) {
        auto outcome = connected();
        auto facts = std::make_unique<TlsFacts>();
        facts->chain_not_after = now + left;
        outcome.tls = std::move(facts);
        judge_quality(outcome, settings, now);
        return outcome.warnings;
    };
    CHECK(warnings_at(std::chrono::hours{24 * 14}).empty());
    const auto soon = warnings_at(std::chrono::hours{36});
    REQUIRE(soon.size() == 1);
    CHECK(soon[0].code == WarningCode::certificate_expires_soon);
    CHECK(soon[0].message == "the certificate chain ends in 1.5 days, sooner than 14.0 days (cert_expiry)");
}

TEST_CASE("what ended the run says why an attempt was cut") {
    CHECK(cut_failure(RunEnd::deadline, std::nullopt, with_deadline(5s)).message ==
          "the run's deadline of 5 s came first");
    CHECK(cut_failure(RunEnd::fail_fast, std::nullopt, {}).code == Code::fail_fast);
    CHECK(stopped_by(RunEnd::signal) == StoppedBy::signal);
    CHECK(was_cut(cut_failure(RunEnd::signal, Phase::tls, {})));
}

TEST_CASE("a streak is the attempts at the end that were as wanted") {
    const auto target = target_with({});
    const Goal up, gone{Goal::State::gone, 1};
    Job job{0, target};
    CHECK(job.streak(up) == 0);
    for (const bool good : {true, false, true, true}) {
        job.record(good ? connected() : failed(Code::connection_refused), zero, zero, zero);
    }
    CHECK(job.streak(up) == 2);
    CHECK(job.streak(gone) == 0);
    job.record(failed(Code::connection_refused), zero, zero, zero);
    CHECK(job.streak(up) == 0);
    CHECK(job.streak(gone) == 1);
}

TEST_CASE("of many attempts the first ten and the last stay in the history, and all are counted") {
    const auto target = target_with({});
    Job job{0, target, 20};
    for (int i = 0; i < 50; ++i) {
        job.record(failed(Code::connection_refused), zero, zero + i * 1s, zero + i * 1s);
        job.back_off(1s);
    }
    CHECK(job.attempts() == 50);
    const auto result = job.conclude(Goal{}, StoppedBy::attempts, zero + 50s);
    REQUIRE(result.history.size() == 20);
    CHECK(result.left_out == 30);
    CHECK(result.attempts() == 50);
    CHECK(result.retries() == 49);
    CHECK(result.history[9].started == 9s);
    CHECK(result.history[10].started == 40s);
    CHECK(result.history[19].started == 49s);
    CHECK(result.elapsed == 50s);
}

TEST_CASE("an attempt that was left out of the history still decides") {
    const auto target = target_with({});
    const auto all = [&](std::initializer_list<std::pair<int, Outcome (*)()>> attempts) {
        Job job{0, target, 20};
        for (const auto& [times, outcome] : attempts)
            for (int i = 0; i < times; ++i) job.record(outcome(), zero, zero, zero);
        return job;
    };
    const auto here = [] { return failed(Code::no_free_port); };
    const auto refused = [] { return failed(Code::connection_refused); };
    const auto there = [] { return connected(); };

    const auto down = all({{15, here}, {1, refused}, {30, here}}).conclude(Goal{}, StoppedBy::deadline, zero);
    CHECK(down.status == Status::down);
    CHECK(down.error->code == Code::connection_refused);
    const Goal gone{Goal::State::gone, 1};
    const auto up = all({{15, here}, {1, there}, {30, here}}).conclude(gone, StoppedBy::deadline, zero);
    CHECK(up.status == Status::up);
    CHECK(all({{1, refused}, {40, there}}).streak(Goal{Goal::State::up, 50}) == 40);
}

TEST_CASE("a success that was one too few is no verdict") {
    const auto target = target_with({});
    const Goal twice{Goal::State::up, 2};
    Job job{0, target};
    job.record(connected(), zero, zero, zero);
    const auto cut = cut_failure(RunEnd::deadline, std::nullopt, with_deadline(5s));
    const auto untold = job.conclude(twice, StoppedBy::deadline, zero, cut);
    CHECK(untold.status == Status::unknown);
    CHECK(untold.error->code == Code::deadline_exceeded);

    Job flapping{0, target};
    flapping.record(failed(Code::connection_refused), zero, zero, zero);
    flapping.record(connected(), zero, zero, zero);
    const auto down = flapping.conclude(twice, StoppedBy::deadline, zero, cut);
    CHECK(down.status == Status::down);
    CHECK(down.error->code == Code::connection_refused);
}

TEST_CASE("a server that is to go is what its last completed attempt says") {
    const auto target = target_with({});
    const Goal gone{Goal::State::gone, 1};
    struct Row {
        std::vector<std::optional<Code>> attempts;
        std::optional<StoppedBy> stopped_by;
        Status status;
    };
    for (const Row& row : std::vector<Row>{
             {{std::nullopt, Code::connection_refused}, std::nullopt, Status::down},
             {{Code::tls_timeout, std::nullopt}, StoppedBy::deadline, Status::up},
             {{std::nullopt, Code::certificate_expired}, StoppedBy::deadline, Status::down},
             {{std::nullopt, Code::deadline_exceeded}, StoppedBy::deadline, Status::up},
             {{std::nullopt, Code::host_not_found}, StoppedBy::deadline, Status::unknown},
             {{Code::no_free_port}, StoppedBy::deadline, Status::unknown},
         }) {
        Job job{0, target};
        for (const auto& code : row.attempts) job.record(code ? failed(*code) : connected(), zero, zero, zero);
        const auto result = job.conclude(gone, row.stopped_by, zero);
        CHECK(result.status == row.status);
        CHECK(result.error.has_value() == (row.status != Status::up));
        CHECK(reached(result, gone) == !row.stopped_by.has_value());
    }
}

TEST_CASE("a server that was not needed any more says so") {
    const auto cut = cut_failure(RunEnd::enough, Phase::connect, {});
    CHECK(cut.code == Code::interrupted);
    CHECK(cut.failure_class == FailureClass::cancelled);
    CHECK(cut.message == "the run ended early: enough other servers were up");
    CHECK(stopped_by(RunEnd::enough) == StoppedBy::enough);
    ProberOptions waiting;
    waiting.goal.state = Goal::State::gone;
    CHECK(cut_failure(RunEnd::fail_fast, std::nullopt, waiting).message ==
          "the run ended early: enough servers could no longer be gone");
}
