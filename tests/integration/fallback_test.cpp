#include "cli/fallback.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "listener.hpp"
#include "run.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::tests;

namespace {

/// A run with the fallback, and what it said.
struct Fallback {
    RunOutcome outcome;
    std::vector<Result> results;         ///< as they were told
    std::vector<std::size_t> announced;  ///< the servers that are tried again
    std::size_t beginnings = 0;          ///< RunStarted
    std::size_t in_flight = 0;           ///< most, once they are tried again

    template <class OnAgain>
    Fallback(const std::vector<Target>& targets, const ProberOptions& options, OnAgain on_again,
             const std::stop_token& stop = {}) {
        outcome = cli::run_with_fallback(
            targets, options,
            [&](Event&& event) {
                beginnings += std::holds_alternative<RunStarted>(event);
                if (const auto* again = std::get_if<AttemptFailed>(&event)) {
                    announced.push_back(again->index);
                    on_again();
                }
                if (const auto* tick = std::get_if<Tick>(&event); tick && !announced.empty())
                    in_flight = std::max(in_flight, tick->in_flight);
                if (auto* finished = std::get_if<Finished>(&event)) results.push_back(std::move(finished->result));
            },
            stop);
    }
};

}  // namespace

TEST_CASE("servers that fail when all are tried at once are up when they are tried one at a time") {
    std::vector<Listener> servers(10);
    servers[4].listen();
    std::vector<Target> targets;
    for (const auto& server : servers) targets.push_back(target_at("127.0.0.1", server.port()));
    const Fallback run{targets, {}, [&] {
                           for (auto& server : servers) server.listen();
                       }};
    CHECK(run.beginnings == 1);
    CHECK(run.announced == std::vector<std::size_t>{0, 1, 2, 3, 5, 6, 7, 8, 9});
    CHECK(run.in_flight <= 1);
    REQUIRE(run.results.size() == 10);
    CHECK(run.results[0].index == 4);
    CHECK(run.results[0].history.size() == 1);
    for (std::size_t i = 1; i < 10; ++i) {
        CAPTURE(i);
        const auto& result = run.results[i];
        CHECK(result.index == run.announced[i - 1]);
        CHECK(result.target == &targets[result.index]);
        CHECK(result.status == Status::up);
        REQUIRE(result.history.size() == 2);
        CHECK(result.history[0].error->code == Code::connection_refused);
        CHECK(result.history[1].started >= result.history[0].started + result.history[0].elapsed);
        CHECK_FALSE(result.error);
    }
    const auto& summary = run.outcome.summary;
    CHECK(summary.up == 10);
    CHECK(summary.attempts == 19);
    CHECK(summary.retries == 9);
    CHECK(summary.exit_status == 0);
    CHECK(summary.verdict == Verdict::up);
    CHECK(summary.failures.empty());
    CHECK(summary.peak_concurrent > 1);
    CHECK(run.outcome.end == RunEnd::completed);
}

TEST_CASE("with half of the servers up, none is tried again") {
    std::vector<Listener> servers(2);
    servers[1].listen();
    const Fallback run{
        {target_at("127.0.0.1", servers[0].port()), target_at("127.0.0.1", servers[1].port())}, {}, [] {}};
    CHECK(run.announced.empty());
    REQUIRE(run.results.size() == 2);
    CHECK(run.outcome.summary.down == 1);
    CHECK(run.outcome.summary.attempts == 2);
}

TEST_CASE("the deadline of the run covers the fallback, and is named as a whole") {
    Listener closed, mute;
    Settings settings;
    settings.tls.emplace().insecure = true;
    ProberOptions options;
    options.deadline = 1500ms;
    const std::vector targets{target_at("127.0.0.1", mute.port(), settings), target_at("127.0.0.1", closed.port())};
    const Fallback run{targets, options, [&] { mute.listen(); }};
    CHECK(run.outcome.end == RunEnd::deadline);
    CHECK(run.outcome.summary.exit_status == 124);
    REQUIRE(run.results.size() == 2);
    for (const auto& result : run.results) {
        CHECK(result.status == Status::down);
        CHECK(result.stopped_by == StoppedBy::deadline);
        CHECK(result.error->code == Code::connection_refused);
    }
    const auto cut = std::ranges::find(run.results, std::size_t{0}, &Result::index);
    REQUIRE(cut->history.size() == 2);
    CHECK(cut->history[1].error->message == "the run's deadline of 1.5 s came first");
}

TEST_CASE("a stop request ends the fallback, and every server keeps what the first run found") {
    Listener closed;
    std::stop_source stop;
    const std::vector targets(3, target_at("127.0.0.1", closed.port()));
    const Fallback run{targets, {}, [&] { stop.request_stop(); }, stop.get_token()};
    CHECK(run.outcome.end == RunEnd::signal);
    CHECK(run.outcome.summary.exit_status == 130);
    REQUIRE(run.results.size() == 3);
    for (const auto& result : run.results) {
        CHECK(result.status == Status::down);
        // A refusal may come before the request is seen: then that server has had its attempt.
        const auto& last = *result.history.back().error;
        const bool had_it = result.history.size() == 2 && last.failure_class == FailureClass::network;
        CHECK(result.stopped_by == (had_it ? StoppedBy::attempts : StoppedBy::signal));
    }
}

TEST_CASE("the fallback is one attempt, whatever the retries were") {
    const Listener closed;
    Settings settings;
    settings.retry.strategy = Strategy::fixed;
    settings.retry.max_attempts = 2;
    settings.retry.backoff.delay = 1ms;
    std::size_t failures = 0;
    const Fallback run{{target_at("127.0.0.1", closed.port(), settings)}, {}, [&] { ++failures; }};
    CHECK(failures == 2);
    CHECK(run.results[0].history.size() == 3);
    CHECK(run.results[0].stopped_by == StoppedBy::attempts);
    CHECK(run.outcome.summary.attempts == 3);
}

TEST_CASE("wrong input is refused as without the fallback") {
    auto nowhere = target_at("127.0.0.1", 1);
    nowhere.settings = nullptr;
    const Fallback run{{nowhere}, {}, [] {}};
    CHECK(run.outcome.errors.size() == 1);
    CHECK(run.results.empty());
}
