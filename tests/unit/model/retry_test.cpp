#include "connprobe/retry.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>

using namespace connprobe;
using namespace std::chrono_literals;
using Stop = RetryDecision::Stop;

namespace {

constexpr std::uint32_t any_attempt = 1;

Backoff exponential(Duration delay, Duration max_delay = 30s, double multiplier = 2, double jitter = 0) {
    return {.exponential = true, .delay = delay, .max_delay = max_delay, .multiplier = multiplier, .jitter = jitter};
}

Backoff fixed(Duration delay, double jitter = 0) { return {.exponential = false, .delay = delay, .jitter = jitter}; }

RetryPolicy policy(Strategy strategy, std::uint32_t max_attempts, Backoff backoff, std::vector<RetryRule> rules = {}) {
    return {.strategy = strategy, .max_attempts = max_attempts, .backoff = backoff, .rules = std::move(rules)};
}

Duration wait(const Backoff& backoff, std::uint32_t k, std::uint64_t seed = 0, std::string_view name = "db") {
    return decide_retry(policy(Strategy::exponential, 0, backoff), FailureClass::network, Code::connection_refused, k,
                        seed, name)
        .wait;
}

RetryDecision decide(const RetryPolicy& policy, Code code, std::uint32_t attempts) {
    return decide_retry(policy, info(code).failure_class, code, attempts, 0, "db");
}

}  // namespace

TEST_CASE("the base wait grows by the multiplier up to its limit") {
    struct Case {
        Backoff backoff;
        std::uint32_t k;
        Duration expected;
    };
    for (const Case& c : std::to_array<Case>({
             {exponential(100ms), 1, 100ms},
             {exponential(100ms), 2, 200ms},
             {exponential(100ms), 3, 400ms},
             {exponential(1s), 5, 16s},
             {exponential(1s), 6, 30s},
             {exponential(1s), 4'000'000, 30s},
             {exponential(1s, 0s), 6, 32s},
             {exponential(1s, 30s, 1.0), 4'000'000, 1s},
             {exponential(1s, 30s, 1.5), 2, 1500ms},
             {exponential(1s, 30s, 1e9), 2, 30s},
             {exponential(1us, 0s, 1e9), 2, 1000s},
             {exponential(60s, 30s), 1, 30s},
             {exponential(0s), 7, 0s},
             {exponential(0s, 0s, 1e9), std::numeric_limits<std::uint32_t>::max(), 0s},
             {fixed(1s), 1, 1s},
             {fixed(1s), 4'000'000, 1s},
             {fixed(60s), 2, 60s},
         })) {
        CAPTURE(c.k);
        CAPTURE(c.backoff.delay.count());
        CHECK(base_wait(c.backoff, c.k) == c.expected);
    }
}

TEST_CASE("a wait without any limit can still be added to a point in time") {
    for (const auto& backoff : {exponential(1s, 0s), exponential(1s, 0s, 1e9), exponential(1s, 0s, 1e308, 1.0),
                                exponential(Duration::max(), 0s, 2, 1.0), fixed(Duration::max(), 1.0)}) {
        const Duration longest = wait(backoff, 4'000'000);
        CHECK(longest > 0s);
        const auto now = std::chrono::steady_clock::now();
        CHECK(now + longest > now);
    }
}

TEST_CASE("without jitter the wait is the base wait") {
    for (const std::uint32_t k : {1u, 2u, 3u, 4u, 9u, 1000u})
        CHECK(wait(exponential(100ms), k) == base_wait(exponential(100ms), k));
    CHECK(wait(fixed(250ms), 3) == 250ms);
}

TEST_CASE("jitter is drawn evenly from its range, and never leaves it") {
    struct Case {
        Backoff backoff;
        std::uint32_t k;
        Duration low, high;
    };
    Backoff full = exponential(1s, 30s, 2, 0.1);
    full.full_jitter = true;
    for (const Case& c : std::to_array<Case>({
             {exponential(1s, 30s, 2, 0.1), 1, 900ms, 1100ms},
             {exponential(1s, 30s, 2, 0.5), 3, 2s, 6s},
             {exponential(1s, 30s, 2, 0.1), 9, 27s, 30s},
             {exponential(1s, 0s, 2, 1.0), 1, 0s, 2s},
             {fixed(60s, 0.1), 1, 54s, 66s},
             {full, 2, 0s, 2s},
             {full, 20, 0s, 30s},
         })) {
        CAPTURE(c.low.count());
        CHECK(wait_range(c.backoff, c.k).shortest == c.low);
        CHECK(wait_range(c.backoff, c.k).longest == c.high);
        std::array<int, 4> quarters{};
        for (std::uint64_t seed = 0; seed < 4000; ++seed) {
            const Duration drawn = wait(c.backoff, c.k, seed);
            REQUIRE(drawn >= c.low);
            REQUIRE(drawn <= c.high);
            ++quarters[static_cast<std::size_t>(std::min<Duration::rep>(3, 4 * (drawn - c.low) / (c.high - c.low)))];
        }
        for (const int count : quarters) CHECK(std::abs(count - 1000) < 120);
    }
}

TEST_CASE("a draw depends on seed, name and retry, and on nothing else") {
    const Backoff backoff = fixed(1s, 1.0);
    const Duration first = wait(backoff, 1, 7, "db");
    CHECK(wait(backoff, 1, 8, "db") != first);
    CHECK(wait(backoff, 1, 7, "bd") != first);
    CHECK(wait(backoff, 2, 7, "db") != first);
    CHECK(wait(backoff, 1, 7, "db") == first);
}

TEST_CASE("neighbouring seeds, names and retries draw independently") {
    const Backoff backoff = fixed(1s, 1.0);
    int above = 0;
    for (std::uint32_t k = 1; k <= 1000; ++k) above += wait(backoff, k) > 1s;
    CHECK(std::abs(above - 500) < 60);
    above = 0;
    for (int i = 0; i < 1000; ++i) above += wait(backoff, 1, 0, "server-" + std::to_string(i)) > 1s;
    CHECK(std::abs(above - 500) < 60);
}

TEST_CASE("the draws stay what they are from release to release") {
    const Backoff backoff = fixed(1s, 1.0);
    CHECK(wait(backoff, 1, 0, "db") == 1'509'750us);
    CHECK(wait(backoff, 2, 42, "auth-service:8080") == 1'420'098us);
}

TEST_CASE("a strategy decides whether there is another attempt") {
    struct Case {
        Strategy strategy;
        std::uint32_t max_attempts;
        Code code;
        std::uint32_t attempts;
        Stop expected;
    };
    for (const Case& c : std::to_array<Case>({
             {Strategy::none, 1, Code::connection_refused, 1, Stop::attempts},
             {Strategy::none, 9, Code::certificate_expired, 1, Stop::attempts},
             {Strategy::fixed, 3, Code::connection_refused, 1, Stop::go_on},
             {Strategy::fixed, 3, Code::connection_refused, 2, Stop::go_on},
             {Strategy::fixed, 3, Code::connection_refused, 3, Stop::attempts},
             {Strategy::fixed, 3, Code::connection_refused, 4, Stop::attempts},
             {Strategy::exponential, 0, Code::connect_timeout, 4'000'000, Stop::go_on},
             {Strategy::exponential, 3, Code::certificate_expired, 1, Stop::rule},
             {Strategy::exponential, 3, Code::certificate_expired, 3, Stop::rule},
             {Strategy::exponential, 3, Code::bad_name, 1, Stop::rule},
             {Strategy::exponential, 3, Code::permission_denied, 1, Stop::rule},
             {Strategy::exponential, 3, Code::forbidden, 1, Stop::rule},
             {Strategy::exponential, 3, Code::not_tls, 1, Stop::go_on},
             {Strategy::exponential, 3, Code::handshake_failure, 1, Stop::go_on},
             {Strategy::exponential, 3, Code::too_many_open_files, 1, Stop::go_on},
             {Strategy::custom, 3, Code::connection_refused, 1, Stop::rule},
         })) {
        CAPTURE(to_string(c.code));
        CAPTURE(c.attempts);
        const RetryDecision decision = decide(policy(c.strategy, c.max_attempts, fixed(1s)), c.code, c.attempts);
        CHECK(decision.stop == c.expected);
        CHECK(decision.wait == (c.expected == Stop::go_on ? 1s : 0s));
    }
}

TEST_CASE("the first rule that fits decides, with its own wait and number of attempts") {
    const RetryPolicy rules =
        policy(Strategy::custom, 4, {},
               {{.on = {FailureClass::auth, Code::bad_name}, .stop = true, .backoff = {}, .max_attempts = {}},
                {.on = {Code::connection_refused}, .stop = false, .backoff = fixed(5s), .max_attempts = 2},
                {.on = {TransientFailure{}}, .stop = false, .backoff = exponential(1s, 15s), .max_attempts = {}},
                {.on = {FailureClass::tls}, .stop = false, .backoff = fixed(7s), .max_attempts = 0}});
    struct Case {
        Code code;
        std::uint32_t attempts;
        Stop stop;
        Duration wait;
    };
    for (const Case& c : std::to_array<Case>({
             {Code::forbidden, 1, Stop::rule, 0s},
             {Code::bad_name, 1, Stop::rule, 0s},
             {Code::connection_refused, 1, Stop::go_on, 5s},
             {Code::connection_refused, 2, Stop::attempts, 0s},
             {Code::connect_timeout, 2, Stop::go_on, 2s},
             {Code::host_not_found, 3, Stop::go_on, 4s},
             {Code::dns_timeout, 4, Stop::attempts, 0s},
             {Code::certificate_expired, 100, Stop::go_on, 7s},
             {Code::out_of_memory, any_attempt, Stop::rule, 0s},
         })) {
        CAPTURE(to_string(c.code));
        const RetryDecision decision = decide(rules, c.code, c.attempts);
        CHECK(decision.stop == c.stop);
        CHECK(decision.wait == c.wait);
    }
}

TEST_CASE("a pattern speaks about everything, the transient classes, one class or one code") {
    const auto speaks = [](const FailurePattern& pattern, Code code) {
        return fits(pattern, info(code).failure_class, code);
    };
    for (const CodeInfo& row : all_codes()) {
        CAPTURE(row.name);
        const bool transient = row.failure_class == FailureClass::dns || row.failure_class == FailureClass::network ||
                               row.failure_class == FailureClass::timeout;
        CHECK(speaks(AnyFailure{}, row.code));
        CHECK(speaks(TransientFailure{}, row.code) == transient);
        CHECK(speaks(FailureClass::tls, row.code) == (row.failure_class == FailureClass::tls));
        CHECK(speaks(Code::no_address, row.code) == (row.code == Code::no_address));
    }
    // What happened on the way to a proxy keeps its code, but a rule for the network does not speak about it.
    CHECK(fits(Code::connection_refused, FailureClass::proxy, Code::connection_refused));
    CHECK_FALSE(fits(TransientFailure{}, FailureClass::proxy, Code::connection_refused));
    CHECK_FALSE(fits(FailureClass::network, FailureClass::proxy, Code::connection_refused));
}

TEST_CASE("each strategy has its name") {
    CHECK(to_string(Strategy::none) == "none");
    CHECK(to_string(Strategy::fixed) == "fixed");
    CHECK(to_string(Strategy::exponential) == "exponential");
    CHECK(to_string(Strategy::custom) == "custom");
}

TEST_CASE("a persistent policy gives up only what no server could change, unless a rule says so") {
    RetryPolicy policy;
    policy.strategy = Strategy::fixed;
    policy.max_attempts = 0;
    policy.persistent = true;
    const auto stop_after = [&](Code code) {
        return decide_retry(policy, info(code).failure_class, code, 1000, 1, "db").stop;
    };
    for (const CodeInfo& code : all_codes()) {
        CAPTURE(code.name);
        const bool hopeless = code.code == Code::bad_name || code.code == Code::permission_denied;
        CHECK(stop_after(code.code) == (hopeless ? Stop::rule : Stop::go_on));
    }
    policy.strategy = Strategy::custom;
    policy.rules.push_back({{Code::forbidden}, true, {}, {}});
    policy.rules.push_back({{Code::bad_name}, false, {}, {}});
    CHECK(stop_after(Code::forbidden) == Stop::rule);
    CHECK(stop_after(Code::bad_name) == Stop::go_on);
    CHECK(stop_after(Code::authentication_failed) == Stop::go_on);
    CHECK(stop_after(Code::permission_denied) == Stop::rule);
    policy.strategy = Strategy::none;
    CHECK(stop_after(Code::connection_refused) == Stop::attempts);
}
