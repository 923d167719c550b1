#include "cli/fallback.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::cli;

namespace {

Summary with(std::size_t servers, std::size_t up, std::size_t degraded) {
    Summary summary;
    summary.servers = servers;
    summary.up = up;
    summary.degraded = degraded;
    return summary;
}

Attempt attempt(Duration started, std::optional<Code> code) {
    Attempt attempt;
    attempt.started = started;
    attempt.elapsed = 3ms;
    if (code) attempt.error = make_failure(Phase::connect, *code, "it failed");
    return attempt;
}

Result result(Status status, std::optional<StoppedBy> stopped_by, std::vector<Attempt> history) {
    Result result;
    result.status = status;
    result.stopped_by = stopped_by;
    if (!history.empty()) {
        result.elapsed = history.back().started - history.front().started + 3ms;
        result.error = history.back().error;
    }
    result.history = std::move(history);
    return result;
}

Result refused_twice() {
    auto first = result(Status::down, StoppedBy::attempts,
                        {attempt(1ms, Code::connection_refused), attempt(11ms, Code::connection_refused)});
    first.index = 7;
    return first;
}

}  // namespace

TEST_CASE("fewer than half up calls for the fallback, half does not, nor a run that was ended") {
    struct Row {
        Summary summary;
        RunEnd end;
        bool called;
    };
    for (const Row& row : {Row{with(4, 1, 0), RunEnd::completed, true}, Row{with(4, 2, 0), RunEnd::completed, false},
                           Row{with(4, 1, 1), RunEnd::completed, false}, Row{with(5, 1, 1), RunEnd::completed, true},
                           Row{with(1, 0, 0), RunEnd::completed, true}, Row{with(4, 0, 0), RunEnd::deadline, false},
                           Row{with(4, 0, 0), RunEnd::signal, false}, Row{with(4, 0, 0), RunEnd::fail_fast, false}}) {
        CAPTURE(row.summary.servers);
        CAPTURE(row.summary.up);
        CHECK(calls_for_fallback(row.summary, row.end) == row.called);
    }
}

TEST_CASE("a server that is up at the second try is up, with all attempts in its history") {
    auto again = result(Status::up, std::nullopt, {attempt(2ms, std::nullopt)});
    again.address = "127.0.0.1";
    const auto both = with_again(refused_twice(), std::move(again), 100ms);
    CHECK(both.index == 7);
    CHECK(both.status == Status::up);
    CHECK_FALSE(both.error);
    CHECK_FALSE(both.stopped_by);
    CHECK(both.address == "127.0.0.1");
    REQUIRE(both.history.size() == 3);
    CHECK(both.history[1].started == 11ms);
    CHECK(both.history[2].started == 102ms);
    CHECK(both.elapsed == 104ms);
}

TEST_CASE("a server that fails again is down with what failed last") {
    const auto both = with_again(
        refused_twice(), result(Status::down, StoppedBy::attempts, {attempt(0ms, Code::connect_timeout)}), 100ms);
    CHECK(both.status == Status::down);
    CHECK(both.stopped_by == StoppedBy::attempts);
    CHECK(both.error->code == Code::connect_timeout);
}

TEST_CASE("a second try that was cut leaves the verdict of the first, and says what cut it") {
    const auto both = with_again(
        refused_twice(), result(Status::unknown, StoppedBy::deadline, {attempt(0ms, Code::deadline_exceeded)}), 100ms);
    CHECK(both.status == Status::down);
    CHECK(both.stopped_by == StoppedBy::deadline);
    CHECK(both.error->code == Code::connection_refused);
    REQUIRE(both.history.size() == 3);
    CHECK(both.history[2].error->code == Code::deadline_exceeded);
}

TEST_CASE("a server whose turn did not come keeps its result, and says why") {
    const auto both = with_again(refused_twice(), result(Status::unknown, StoppedBy::signal, {}), 100ms);
    CHECK(both.status == Status::down);
    CHECK(both.stopped_by == StoppedBy::signal);
    CHECK(both.error->code == Code::connection_refused);
    CHECK(both.history.size() == 2);
    CHECK(both.elapsed == 13ms);
}

TEST_CASE("a server that this machine could not try at first has the verdict of the second try") {
    const auto both =
        with_again(result(Status::unknown, StoppedBy::attempts, {attempt(0ms, Code::no_free_port)}),
                   result(Status::down, StoppedBy::attempts, {attempt(0ms, Code::connection_refused)}), 100ms);
    CHECK(both.status == Status::down);
    CHECK(both.error->code == Code::connection_refused);
}
