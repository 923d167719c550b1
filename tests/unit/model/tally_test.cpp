#include <doctest/doctest.h>

#include "connprobe/result.hpp"

using namespace connprobe;
using namespace std::chrono_literals;

namespace {

Result server(Status status, std::size_t attempts, Duration connect = {}) {
    Result result;
    result.status = status;
    result.history.resize(attempts);
    if (attempts > 0) result.history.back().latency.connect = connect;
    return result;
}

Result failed(Status status, Code code, std::optional<StoppedBy> stopped_by = {}, std::size_t attempts = 1) {
    Result result = server(status, attempts);
    result.error = make_failure(Phase::connect, code, "");
    result.stopped_by = stopped_by;
    return result;
}

}  // namespace

TEST_CASE("an empty tally is up and has no latency") {
    const Summary summary = Tally{}.summary(0, RunEnd::completed);
    CHECK(summary.servers == 0);
    CHECK(summary.verdict == Verdict::up);
    CHECK(summary.exit_status == 0);
    CHECK_FALSE(summary.latency);
}

TEST_CASE("each server is counted once, with its attempts and its failure") {
    Tally tally;
    tally.add(server(Status::up, 1, 1ms));
    tally.add(server(Status::up, 3, 1ms));
    tally.add(server(Status::degraded, 1, 1ms));
    tally.add(failed(Status::down, Code::connection_refused, StoppedBy::attempts, 3));
    tally.add(failed(Status::down, Code::connection_reset, StoppedBy::attempts, 2));
    tally.add(failed(Status::down, Code::connection_refused, StoppedBy::rule, 1));
    tally.add(failed(Status::unknown, Code::fail_fast, StoppedBy::fail_fast, 0));
    const Summary summary = tally.summary(5, RunEnd::completed);
    CHECK(summary.servers == 7);
    CHECK(summary.up == 2);
    CHECK(summary.degraded == 1);
    CHECK(summary.down == 3);
    CHECK(summary.unknown == 1);
    CHECK(summary.required == 5);
    CHECK(summary.attempts == 11);
    CHECK(summary.retries == 5);
    CHECK(summary.failures ==
          std::map<FailureClass, std::size_t>{{FailureClass::network, 3}, {FailureClass::cancelled, 1}});
    CHECK(summary.failure_codes == std::map<Code, std::size_t>{{Code::connection_refused, 2},
                                                               {Code::connection_reset, 1},
                                                               {Code::fail_fast, 1}});
    CHECK(summary.verdict == Verdict::down);
    CHECK(summary.exit_status == 1);
}

TEST_CASE("latency is that of the servers up or degraded, by nearest rank") {
    Tally tally;
    for (int i = 100; i >= 1; --i) tally.add(server(i % 2 ? Status::up : Status::degraded, 1, i * 1ms));
    tally.add(failed(Status::down, Code::connection_refused));
    const auto latency = tally.summary(0, RunEnd::completed).latency.value();
    CHECK(latency.min == 1ms);
    CHECK(latency.mean == 50500us);
    CHECK(latency.p50 == 50ms);
    CHECK(latency.p90 == 90ms);
    CHECK(latency.p99 == 99ms);
    CHECK(latency.max == 100ms);
}

TEST_CASE("the percentiles of few servers are values that occurred") {
    struct Case {
        std::size_t servers;
        Duration p50, p90, p99;
    };
    for (const Case& c :
         {Case{1, 1ms, 1ms, 1ms}, Case{2, 1ms, 2ms, 2ms}, Case{3, 2ms, 3ms, 3ms}, Case{7, 4ms, 7ms, 7ms},
          Case{10, 5ms, 9ms, 10ms}, Case{11, 6ms, 10ms, 11ms}, Case{101, 51ms, 91ms, 100ms}}) {
        CAPTURE(c.servers);
        Tally tally;
        for (std::size_t i = 1; i <= c.servers; ++i) tally.add(server(Status::up, 1, i * 1ms));
        const auto latency = tally.summary(0, RunEnd::completed).latency.value();
        CHECK(latency.p50 == c.p50);
        CHECK(latency.p90 == c.p90);
        CHECK(latency.p99 == c.p99);
    }
}

TEST_CASE("the tally finds out what the verdict depends on") {
    const auto status = [](std::vector<Result> results, RunEnd end = RunEnd::completed) {
        Tally tally;
        for (const Result& result : results) tally.add(result);
        return tally.summary(results.size(), end).exit_status;
    };
    const auto list = [](auto&&... results) {
        std::vector<Result> all;
        (all.push_back(std::forward<decltype(results)>(results)), ...);
        return all;
    };
    CHECK(status(list(server(Status::up, 1), server(Status::degraded, 1))) == 3);
    CHECK(status(list(failed(Status::down, Code::connect_timeout, StoppedBy::deadline))) == 124);
    CHECK(status(list(failed(Status::down, Code::connect_timeout, StoppedBy::deadline), server(Status::up, 1))) == 124);
    CHECK(status(list(failed(Status::down, Code::connect_timeout, StoppedBy::attempts))) == 1);
    CHECK(status(list(failed(Status::unknown, Code::deadline_exceeded, StoppedBy::deadline, 0)), RunEnd::deadline) ==
          124);
    CHECK(status(list(server(Status::up, 1), failed(Status::unknown, Code::too_many_open_files))) == 4);
    CHECK(status(list(failed(Status::unknown, Code::out_of_memory), failed(Status::unknown, Code::interrupted))) == 1);
    CHECK(status(list(failed(Status::unknown, Code::interrupted, StoppedBy::signal)), RunEnd::signal) == 130);
}

TEST_CASE("where servers are to be gone, those count that are, and the summary says what they are") {
    const Target target;
    const auto result = [&](Status status, std::optional<StoppedBy> stopped_by) {
        Result made;
        made.target = &target;
        made.status = status;
        made.stopped_by = stopped_by;
        if (status == Status::down) made.error = make_failure(Phase::connect, Code::connection_refused, "refused");
        return made;
    };
    const auto summary_of = [](const std::vector<Result>& results) {
        Tally tally{{Goal::State::gone, 1}};
        for (const Result& each : results) tally.add(each);
        return tally.summary(results.size(), RunEnd::completed);
    };
    std::vector<Result> results;
    results.push_back(result(Status::down, std::nullopt));
    const Summary gone = summary_of(results);
    CHECK(gone.exit_status == 0);
    CHECK(gone.verdict == Verdict::up);
    CHECK(gone.down == 1);
    CHECK(gone.failure_codes.at(Code::connection_refused) == 1);
    results.push_back(result(Status::degraded, StoppedBy::deadline));
    const Summary late = summary_of(results);
    CHECK(late.exit_status == 124);
    CHECK(late.degraded == 1);
    results[1] = result(Status::down, StoppedBy::attempts);
    CHECK(summary_of(results).exit_status == 1);
}
