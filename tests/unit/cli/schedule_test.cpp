#include "cli/schedule.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace connprobe;
using namespace connprobe::cli;
using namespace std::chrono_literals;

namespace {

RetryPolicy exponential(std::uint32_t attempts, double jitter) {
    RetryPolicy policy;
    policy.strategy = Strategy::exponential;
    policy.max_attempts = attempts;
    policy.backoff.exponential = true;
    policy.backoff.jitter = jitter;
    return policy;
}

std::string first_line(const RetryPolicy& policy, std::optional<std::uint64_t> seed = {}) {
    return retry_schedule(policy, seed, "db").front();
}

}  // namespace

TEST_CASE("a schedule says when each attempt would be made") {
    CHECK(first_line({}) == "one attempt, no retry");
    CHECK(first_line(exponential(3, 0)) == "3 attempts: at 0, 1 s, 3 s");
    CHECK(first_line(exponential(1, 0)) == "one attempt");
    RetryPolicy fixed = exponential(4, 0);
    fixed.strategy = Strategy::fixed;
    fixed.backoff.exponential = false;
    fixed.backoff.delay = 250ms;
    CHECK(first_line(fixed) == "4 attempts: at 0, 250 ms, 500 ms, 750 ms");
}

TEST_CASE("a schedule says how far its times may be spread") {
    CHECK(first_line(exponential(3, 0.1)) == "3 attempts: at 0, 1 s, 3 s (with jitter 900 ms-1.1 s, 2.7-3.3 s)");
    RetryPolicy full = exponential(3, 0.1);
    full.backoff.full_jitter = true;
    CHECK(first_line(full) == "3 attempts: at 0, 1 s, 3 s (with jitter 0-1 s, 0-3 s)");
    RetryPolicy limited = exponential(3, 0.1);
    limited.backoff.max_delay = 1s;
    CHECK(first_line(limited) == "3 attempts: at 0, 1 s, 2 s (with jitter 900 ms-1 s, 1.8-2 s)");
}

TEST_CASE("with a seed a schedule holds what will be drawn, and only that") {
    const RetryPolicy policy = exponential(3, 0.5);
    const std::string line = first_line(policy, 7);
    CHECK(line == first_line(policy, 7));
    CHECK(line != first_line(policy, 8));
    CHECK(line != retry_schedule(policy, 7, "cache").front());
    CHECK(line.ends_with(" (drawn with --seed 7)"));
    CHECK(has_jitter(policy));
    CHECK_FALSE(has_jitter(exponential(3, 0)));
}

TEST_CASE("a schedule that is long or has no end is cut off") {
    CHECK(first_line(exponential(100, 0)) == "100 attempts: at 0, 1 s, 3 s, 7 s, 15 s, 31 s, 61 s, 91 s, ...");
    CHECK(first_line(exponential(0, 0)) == "attempts without end: at 0, 1 s, 3 s, 7 s, 15 s, 31 s, 61 s, 91 s, ...");
}

TEST_CASE("each rule has a line of its own") {
    RetryPolicy policy;
    policy.strategy = Strategy::custom;
    policy.max_attempts = 3;
    Backoff fixed;
    fixed.jitter = 0;
    fixed.delay = 2s;
    policy.rules = {
        RetryRule{{FailureClass::auth, Code::bad_name}, true, {}, {}},
        RetryRule{{TransientFailure{}}, false, fixed, 2U},
    };
    CHECK(retry_schedule(policy, {}, "db") == std::vector<std::string>{
                                                  "after auth, bad_name: no further attempt",
                                                  "after transient (dns, network, timeout): 2 attempts: at 0, 2 s",
                                                  "after anything else: no further attempt",
                                              });
    policy.rules.push_back(RetryRule{{AnyFailure{}}, false, fixed, {}});
    CHECK(retry_schedule(policy, {}, "db").back() == "after anything else: 3 attempts: at 0, 2 s, 4 s");
}
