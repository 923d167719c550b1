#include "engine/load.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::engine;

namespace {

using Kind = LoadSample::Kind;

Outcome failed(Code code) {
    Outcome outcome;
    outcome.failure = make_failure(Phase::connect, code, "it failed");
    return outcome;
}

Outcome seen_after(Outcome outcome, Duration time) {
    outcome.seen_after = time;
    return outcome;
}

}  // namespace

TEST_CASE("a connection and a refusal are answers, as late as we saw them") {
    CHECK(load_of(seen_after({}, 3ms))->kind == Kind::answered);
    CHECK(load_of(seen_after({}, 3ms))->latency == 3ms);
    const auto refused = load_of(seen_after(failed(Code::connection_refused), 2ms));
    CHECK(refused->kind == Kind::answered);
    CHECK(refused->latency == 2ms);
}

TEST_CASE("a question for a name is part of the load") {
    auto outcome = seen_after({}, 3ms);
    outcome.latency.resolve = 4ms;
    CHECK(load_of(outcome)->latency == 7ms);
    auto unknown = failed(Code::host_not_found);
    unknown.latency.resolve = 4ms;
    CHECK(load_of(unknown)->kind == Kind::answered);
    CHECK(load_of(unknown)->latency == 4ms);
}

TEST_CASE("a time-out is silence, also when names are asked for") {
    CHECK(load_of(failed(Code::connect_timeout))->kind == Kind::silent);
    CHECK(load_of(failed(Code::dns_timeout))->kind == Kind::silent);
}

TEST_CASE("a SYN that was sent twice is no measure of the latency") {
    auto outcome = seen_after({}, 1s);
    outcome.warnings.push_back({WarningCode::syn_retransmitted, ""});
    CHECK(load_of(outcome)->kind == Kind::resent);
}

TEST_CASE("what this machine lacks is said so, also when it was had in the end") {
    for (const auto code : {Code::too_many_open_files, Code::no_free_port, Code::out_of_memory})
        CHECK(load_of(failed(code))->kind == Kind::exhausted);
    auto late = seen_after({}, 3ms);
    late.exhausted = true;
    CHECK(load_of(late)->kind == Kind::exhausted);
}

TEST_CASE("what says nothing about load is not counted") {
    CHECK_FALSE(load_of(failed(Code::host_unreachable)));
    CHECK_FALSE(load_of(failed(Code::permission_denied)));
    CHECK_FALSE(load_of(failed(Code::interrupted)));
    CHECK_FALSE(load_of({}));
}
