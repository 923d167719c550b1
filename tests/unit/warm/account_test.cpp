#include "warm/account.hpp"

#include <doctest/doctest.h>

using namespace connprobe;
using namespace std::chrono_literals;
using warm::Account;

namespace {

Target server(std::uint32_t connections) {
    Settings settings;
    settings.connections = connections;
    Target target;
    target.name = "db";
    target.settings = std::make_shared<const Settings>(settings);
    return target;
}

PoolEvent opened(Duration connect, std::optional<Duration> check = {}) {
    return {nullptr, 1, ConnectionOpened{{{}, connect, {}, {}, check}, connect, "127.0.0.1", nullptr}};
}
PoolEvent failed(std::optional<Duration> retry_in) {
    return {nullptr, 1, OpenFailed{make_failure(Phase::connect, Code::connection_refused, "refused"), retry_in}};
}
PoolEvent lost() { return {nullptr, 1, ConnectionLost{make_failure(Phase::check, Code::connection_reset, "reset")}}; }
Failure failure_of(Code code) { return make_failure(Phase::check, code, "failed"); }
PoolEvent closed(CloseReason reason) { return {nullptr, 1, ConnectionClosed{reason}}; }

/// Hears the events and gives the verdict, one second after the run began.
Result judged(const Target& target, std::initializer_list<PoolEvent> events) {
    Account account{0, target, {}};
    for (const auto& event : events) account.hear(event);
    return account.conclude(1s, {}, {}, 0);
}

std::vector<WarningCode> warnings_of(const Result& result) {
    std::vector<WarningCode> codes;
    for (const auto& warning : result.warnings) codes.push_back(warning.code);
    return codes;
}

}  // namespace

TEST_CASE("a server with all its connections is up, one with some is degraded, one without is down") {
    const auto target = server(2);
    const auto up = judged(target, {opened(1ms), opened(2ms)});
    CHECK(up.status == Status::up);
    CHECK(up.warnings.empty());
    const auto degraded = judged(target, {opened(1ms), failed({})});
    CHECK(degraded.status == Status::degraded);
    CHECK(warnings_of(degraded) == std::vector{WarningCode::connections_missing});
    CHECK(degraded.warnings.front().message == "1 of 2 connections are open: refused");
    const auto down = judged(target, {failed(1s), failed({})});
    CHECK(down.status == Status::down);
    CHECK(down.error->code == Code::connection_refused);
    CHECK(down.stopped_by == StoppedBy::attempts);
}

TEST_CASE("the first request is cold, the others are warm") {
    const auto target = server(2);
    Account account{0, target, {}};
    account.hear(opened(90ms, 10ms));
    account.hear(opened(1ms, 4ms));
    account.answered(3ms);
    const auto result = account.conclude(1s, {}, {}, 0);
    const auto& connections = *result.connections;
    CHECK(connections.requests == 3);
    CHECK(connections.cold->p50 == 100ms);
    CHECK(connections.warm->min == 3ms);
    CHECK(connections.warm->max == 5ms);
    CHECK(connections.curve == std::vector<Duration>{100ms, 5ms, 3ms});
}

TEST_CASE("what is opened in the place of a lost one is reopened, in the place of an old one it is neither") {
    const auto target = server(2);
    const auto result = judged(target, {opened(1ms), opened(1ms), lost(), lost(), opened(1ms), failed(1s),
                                        closed(CloseReason::lifetime), opened(1ms), opened(1ms)});
    const auto& connections = *result.connections;
    CHECK(connections.opened == 2);
    CHECK(connections.lost == 2);
    CHECK(connections.reopened == 2);
    CHECK(result.status == Status::up);
}

TEST_CASE("one that is being replaced counts as open, until nothing comes of it: then it is lost") {
    const auto target = server(1);
    const auto replacing = judged(target, {opened(1ms), closed(CloseReason::lifetime)});
    CHECK(replacing.status == Status::up);
    CHECK(replacing.connections->lost == 0);
    const auto lost = judged(target, {opened(1ms), closed(CloseReason::lifetime), failed(1s), failed({})});
    CHECK(lost.status == Status::down);
    CHECK(lost.error->code == Code::connection_refused);
    CHECK(lost.connections->lost == 1);
    const auto back = judged(target, {opened(1ms), closed(CloseReason::lifetime), failed(1s), opened(1ms)});
    CHECK(back.status == Status::up);
    CHECK(back.connections->opened == 1);
    CHECK(back.connections->reopened == 1);
}

TEST_CASE("when one of several that are being replaced fails, all of them are lost") {
    const auto target = server(3);
    const auto old = closed(CloseReason::lifetime);
    const auto gone = judged(target, {opened(1ms), opened(1ms), opened(1ms), old, old, old, failed({})});
    CHECK(gone.status == Status::down);
    CHECK(gone.connections->lost == 3);
    const auto given_up = judged(target, {opened(1ms), opened(1ms), old, failed({}), old});
    CHECK(given_up.status == Status::down);
    const auto back = judged(target, {opened(1ms), opened(1ms), opened(1ms), old, old, old, failed(1s), opened(1ms),
                                      opened(1ms), opened(1ms)});
    CHECK(back.status == Status::up);
    CHECK(back.connections->opened == 3);
    CHECK(back.connections->reopened == 3);
}

TEST_CASE("one that need not be kept and has ended is open again when another stands in its place") {
    const auto target = server(2);
    Account account{0, target, {}, false};
    for (const auto& event : {opened(1ms), opened(1ms), lost(), opened(1ms)}) account.hear(event);
    CHECK(account.open() == 2);
    CHECK(account.lost() == 0);
    for (const auto& event : {lost(), lost(), failed({})}) account.hear(event);
    CHECK(account.open() == 0);
    CHECK(account.conclude(1s, {}, {}, 0).status == Status::down);
}

TEST_CASE("a connection that was handed over stays open") {
    const auto target = server(1);
    CHECK(judged(target, {opened(1ms), closed(CloseReason::released)}).status == Status::up);
}

TEST_CASE("a server is given up when its policy says so, until a connection stands") {
    const auto target = server(2);
    Account account{0, target, {}};
    account.hear(failed(1s));
    CHECK_FALSE(account.given_up());
    account.hear(failed({}));
    CHECK(account.given_up());
    account.hear(opened(1ms));
    CHECK_FALSE(account.given_up());
    CHECK_FALSE(account.all_open());
    account.hear(opened(1ms));
    CHECK(account.all_open());
}

TEST_CASE("a request without an answer on each connection is enough, the end of a connection is none") {
    const auto target = server(2);
    Account account{0, target, warm::SteadyRule{}};
    account.hear(opened(90ms, 2ms));
    account.unanswered(failure_of(Code::connection_closed));
    account.unanswered(failure_of(Code::connection_reset));
    account.unanswered(failure_of(Code::check_timeout));
    CHECK_FALSE(account.steadiness()->verdict());
    account.unanswered(failure_of(Code::unexpected_status));
    CHECK(account.steadiness()->verdict() == false);
}

TEST_CASE("only checks count for being steady") {
    const auto target = server(1);
    Account account{0, target, warm::SteadyRule{.window = 1, .windows = 1}};
    account.hear(opened(90ms, 2ms));
    account.answered(2ms);
    CHECK(account.steadiness()->verdict() == true);
    CHECK(account.steadiness()->latency() == 2ms);
    const auto result = account.conclude(1s, {}, {}, 0);
    CHECK(result.connections->steady == true);
    CHECK(result.connections->steady_after == 2);
    CHECK(result.connections->steady_latency == 2ms);
}
