#include <doctest/doctest.h>

#include <chrono>
#include <variant>

#include "connprobe/prober.hpp"
#include "listener.hpp"
#include "run.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::tests;

namespace {

Settings patient(Duration delay = 5ms) {
    Settings settings;
    settings.retry.strategy = Strategy::fixed;
    settings.retry.max_attempts = 0;
    settings.retry.backoff.delay = delay;
    settings.retry.persistent = true;
    return settings;
}

ProberOptions waiting(Goal goal = {}) {
    ProberOptions options;
    options.goal = goal;
    options.end_when_decided = true;
    return options;
}

}  // namespace

TEST_CASE("a wait ends when enough are up, and says of the others what is known of them") {
    Listener silent, up;
    const Listener refusing;
    silent.keep_silent();
    up.listen();
    auto options = waiting();
    options.required = {Required::Kind::count, 1};
    options.max_concurrent = 3;
    const auto heard =
        run({target_at("127.0.0.1", silent.port(), patient(1h)), target_at("127.0.0.1", refusing.port(), patient(1h)),
             target_at("127.0.0.1", up.port(), patient(1h))},
            options);
    CHECK(heard.outcome.end == RunEnd::enough);
    CHECK(heard.outcome.summary.exit_status == 0);
    CHECK(heard.results[0].status == Status::unknown);
    CHECK(heard.results[0].stopped_by == StoppedBy::enough);
    CHECK(heard.results[0].error->code == Code::interrupted);
    CHECK(heard.results[1].stopped_by == StoppedBy::enough);
    CHECK(heard.results[2].status == Status::up);
    CHECK_FALSE(heard.results[2].stopped_by);
}

TEST_CASE("a wait ends when enough can no longer be up") {
    Listener silent;
    const Listener refusing;
    silent.keep_silent();
    auto settings = patient();
    settings.retry.max_attempts = 2;
    const auto heard =
        run({target_at("127.0.0.1", silent.port(), settings), target_at("127.0.0.1", refusing.port(), settings)},
            waiting());
    CHECK(heard.outcome.end == RunEnd::fail_fast);
    CHECK(heard.outcome.summary.exit_status == 1);
    CHECK(heard.results[0].stopped_by == StoppedBy::fail_fast);
    CHECK(heard.results[1].stopped_by == StoppedBy::attempts);
}

TEST_CASE("a wait uses all of its time, and a server is down with its last completed failure") {
    const Listener refusing;
    auto options = waiting();
    options.deadline = 100ms;
    const auto heard = run({target_at("127.0.0.1", refusing.port(), patient(1h))}, options);
    CHECK(heard.outcome.summary.elapsed >= Duration{100ms});
    CHECK(heard.outcome.summary.exit_status == 124);
    CHECK(heard.results[0].error->code == Code::connection_refused);
    CHECK(heard.results[0].stopped_by == StoppedBy::deadline);
}

TEST_CASE("a wait for a server to be gone ends when it is") {
    Listener server;
    server.listen();
    const auto heard = run({target_at("127.0.0.1", server.port(), patient())}, waiting({Goal::State::gone, 2}),
                           [&](const Event& event) {
                               if (std::holds_alternative<AttemptSucceeded>(event)) server.close();
                           });
    const auto& result = heard.results[0];
    CHECK(result.status == Status::down);
    CHECK_FALSE(result.stopped_by);
    CHECK(result.error->code == Code::connection_refused);
    CHECK((result.history.end() - 2)->error);
    CHECK_FALSE(result.history.front().error);
    CHECK(heard.outcome.summary.exit_status == 0);
    CHECK(heard.outcome.summary.verdict == Verdict::up);
    CHECK(heard.outcome.summary.down == 1);
}

TEST_CASE("a server that stays is up at the deadline of a wait for it to be gone") {
    Listener server;
    server.listen();
    auto options = waiting({Goal::State::gone, 1});
    options.deadline = 60ms;
    const auto heard = run({target_at("127.0.0.1", server.port(), patient())}, options);
    CHECK(heard.results[0].status == Status::up);
    CHECK(heard.results[0].stopped_by == StoppedBy::deadline);
    CHECK_FALSE(heard.results[0].error);
    CHECK(heard.outcome.summary.exit_status == 124);
}

TEST_CASE("where no server is needed nothing is waited for") {
    Listener silent;
    silent.keep_silent();
    auto options = waiting();
    options.required = {Required::Kind::count, 0};
    const auto heard = run({target_at("127.0.0.1", silent.port(), patient())}, options);
    CHECK(heard.outcome.summary.exit_status == 0);
    CHECK(heard.results[0].status == Status::unknown);
}
