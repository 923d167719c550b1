#include "engine/next_step.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::engine;

namespace {

std::optional<Failure> failed(Phase phase, Code code) { return make_failure(phase, code, "it failed"); }

RetryPolicy every_250ms() {
    RetryPolicy policy;
    policy.strategy = Strategy::fixed;
    policy.max_attempts = 0;
    policy.backoff.delay = 250ms;
    policy.backoff.jitter = 0;
    policy.persistent = true;
    return policy;
}

}  // namespace

TEST_CASE("what counts as gone is a server that nothing can connect to, and only that") {
    struct Row {
        std::optional<Failure> failure;
        bool up, gone;
    };
    for (const Row& row : std::vector<Row>{
             {std::nullopt, true, false},
             {failed(Phase::connect, Code::connection_refused), false, true},
             {failed(Phase::connect, Code::connection_reset), false, true},
             {failed(Phase::connect, Code::connect_timeout), false, true},
             {failed(Phase::connect, Code::host_unreachable), false, true},
             {failed(Phase::connect, Code::network_unreachable), false, true},
             {failed(Phase::connect, Code::admin_prohibited), false, true},
             {failed(Phase::connect, Code::socket_missing), false, true},
             {failed(Phase::connect, Code::backlog_full), false, false},
             {failed(Phase::tls, Code::connection_closed), false, false},
             {failed(Phase::tls, Code::tls_timeout), false, false},
             {failed(Phase::tls, Code::certificate_expired), false, false},
             {failed(Phase::check, Code::check_timeout), false, false},
             {failed(Phase::check, Code::connection_reset), false, false},
             {failed(Phase::check, Code::not_serving), false, false},
             {failed(Phase::check, Code::authentication_failed), false, false},
             {failed(Phase::resolve, Code::host_not_found), false, false},
             {failed(Phase::resolve, Code::dns_timeout), false, false},
             {failed(Phase::connect, Code::too_many_open_files), false, false},
             {failed(Phase::connect, Code::no_free_port), false, false},
             {failed(Phase::connect, Code::permission_denied), false, false},
             {failed(Phase::connect, Code::interrupted), false, false},
         }) {
        CAPTURE((row.failure ? to_string(row.failure->code) : "none"));
        CHECK(is_as_wanted(Goal::State::up, row.failure) == row.up);
        CHECK(is_as_wanted(Goal::State::gone, row.failure) == row.gone);
    }
}

TEST_CASE("after an attempt a server has its verdict, or is asked again") {
    const auto refused = failed(Phase::connect, Code::connection_refused);
    const auto bad_name = failed(Phase::resolve, Code::bad_name);
    const auto late = failed(Phase::check, Code::not_serving);
    const std::optional<Failure> none;
    const Goal up, up_three_times{Goal::State::up, 3}, gone{Goal::State::gone, 1}, gone_twice{Goal::State::gone, 2};
    const std::optional<StoppedBy> reached;
    struct Row {
        const char* what;
        Goal goal;
        const std::optional<Failure>& failure;
        std::uint32_t attempts, streak, max_attempts;
        std::optional<Duration> wait;
        std::optional<StoppedBy> stopped_by;
    };
    for (const Row& row : std::vector<Row>{
             {"up at once", up, none, 1, 1, 0, {}, reached},
             {"not yet up", up, refused, 1, 0, 0, 250ms, {}},
             {"not yet up after a thousand attempts", up, refused, 1000, 0, 0, 250ms, {}},
             {"attempts used up", up, refused, 3, 0, 3, {}, StoppedBy::attempts},
             {"never to be resolved", up, bad_name, 1, 0, 0, {}, StoppedBy::rule},
             {"once of three times", up_three_times, none, 5, 1, 0, 250ms, {}},
             {"twice of three times", up_three_times, none, 6, 2, 0, 250ms, {}},
             {"three times", up_three_times, none, 7, 3, 0, {}, reached},
             {"failed again", up_three_times, refused, 7, 0, 0, 250ms, {}},
             {"no attempt left for the third time", up_three_times, none, 6, 2, 6, {}, StoppedBy::attempts},
             {"still there", gone, none, 1, 0, 0, 250ms, {}},
             {"still there, but ill", gone, late, 1, 0, 0, 250ms, {}},
             {"still there, attempts used up", gone, none, 4, 0, 4, {}, StoppedBy::attempts},
             {"gone", gone, refused, 9, 1, 0, {}, reached},
             {"gone once of twice", gone_twice, refused, 9, 1, 0, 250ms, {}},
             {"gone twice", gone_twice, refused, 10, 2, 0, {}, reached},
             {"gone or not, its name says nothing", gone, bad_name, 1, 0, 0, {}, StoppedBy::rule},
         }) {
        CAPTURE(row.what);
        RetryPolicy policy = every_250ms();
        policy.max_attempts = row.max_attempts;
        const NextStep next = next_step(row.goal, policy, {row.failure, row.attempts, row.streak}, 1, "db");
        CHECK(next.wait == row.wait);
        CHECK(next.stopped_by == row.stopped_by);
    }
}

TEST_CASE("between attempts that count the plain delay passes, though failures back off ever longer") {
    RetryPolicy policy = every_250ms();
    policy.strategy = Strategy::exponential;
    policy.backoff.exponential = true;
    const auto refused = failed(Phase::connect, Code::connection_refused);
    CHECK(next_step({}, policy, {refused, 4, 0}, 1, "db").wait == Duration{2s});
    const std::optional<Failure> none;
    CHECK(next_step({Goal::State::up, 2}, policy, {none, 4, 1}, 1, "db").wait == Duration{250ms});
}

TEST_CASE("a rule may stop what a wait would try for ever") {
    RetryPolicy policy = every_250ms();
    policy.strategy = Strategy::custom;
    policy.rules.push_back({{FailureClass::auth}, true, {}, {}});
    const auto forbidden = failed(Phase::check, Code::forbidden);
    const auto expired = failed(Phase::tls, Code::certificate_expired);
    CHECK(next_step({}, policy, {forbidden, 1, 0}, 1, "db").stopped_by == StoppedBy::rule);
    CHECK(next_step({}, policy, {expired, 1, 0}, 1, "db").wait == Duration{250ms});
}
