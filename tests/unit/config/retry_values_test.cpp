// Retry as users write it: on the command line, in files, merged.
#include <doctest/doctest.h>

#include <string>

#include "config/retry_rule.hpp"
#include "reading.hpp"

using namespace connprobe;
using namespace connprobe::config;
using namespace std::chrono_literals;

namespace {

std::string first(const std::vector<std::string>& lines) { return lines.empty() ? "" : lines.front(); }

RetryPolicy policy_of(const std::string& yaml, std::vector<OptionValue> options = {}) {
    Request request;
    request.options = std::move(options);
    const auto outcome = read_file("x.yaml", yaml, request);
    REQUIRE(first(outcome.errors) == "");
    return outcome.targets.front().settings->retry;
}

std::string error_of(const std::string& yaml, std::vector<OptionValue> options = {}) {
    Request request;
    request.options = std::move(options);
    return first(read_file("x.yaml", yaml, request).errors);
}

const std::string server = "- {host: a, port: 1}";

}  // namespace

TEST_CASE("rules of the command line are read and written alike") {
    for (const auto text : {"auth=stop", "transient=exponential(delay=1s,max_delay=15s)", "tls=fixed(delay=5s)",
                            "*=fixed(delay=2s,max_attempts=3)", "dns,connection_refused=exponential",
                            "*=exponential(multiplier=1.5,jitter=full)"}) {
        const auto rule = parse_rule(text);
        REQUIRE_MESSAGE(rule, rule.problem);
        CHECK(format_rule(*rule) == text);
    }
    CHECK(parse_rule("*=fixed(5s)")->delay == 5s);
}

TEST_CASE("a wrong rule is told what would be right") {
    struct Row {
        const char* text;
        const char* problem;
    };
    for (const auto& [text, problem] : {
             Row{"auth", "expected FAILURES=ACTION, as in 'auth=stop' or '*=fixed(2s)', found \"auth\""},
             Row{"auht=stop",
                 "expected a class or code of failure, transient or *, found \"auht\": did you mean auth?"},
             Row{"connection_refsued=stop",
                 "expected a class or code of failure, transient or *, found \"connection_refsued\": did you mean "
                 "connection_refused?"},
             Row{"auth=none", "expected stop, fixed or exponential after the =, found \"none\": write stop"},
             Row{"auth=stop(1s)", "stop takes no arguments"},
             Row{"auth=fixed(1s", "has no closing parenthesis"},
             Row{"auth=fixed(1)", "delay: expected a duration, found \"1\", which has no unit: write 1ms or 1s"},
             Row{"auth=fixed(1s,2s)", "only the first argument, the delay, stands without a name: found \"2s\""},
             Row{"auth=fixed(1s,delay=2s)", "delay stands twice"},
             Row{"auth=fixed(max_dealy=2s)", "unknown argument \"max_dealy\": did you mean max_delay?"},
         }) {
        CAPTURE(text);
        CHECK(parse_rule(text).problem == problem);
    }
}

TEST_CASE("without a word about retries there is one attempt, with a strategy there are three") {
    CHECK(policy_of(server) == RetryPolicy{});
    CHECK(policy_of(server, {{"retry", "--retry", "fixed"}}).max_attempts == 3);
    CHECK(policy_of(server, {{"retry", "--retry", "exponential"}}).backoff.exponential);
}

TEST_CASE("a number of attempts or a delay alone means exponential") {
    CHECK(policy_of(server, {{"retry.max_attempts", "--max-attempts", "4"}}).strategy == Strategy::exponential);
    CHECK(policy_of("- {host: a, port: 1, retry: {delay: 100ms}}").strategy == Strategy::exponential);
    CHECK(policy_of("- {host: a, port: 1, retry: {jitter: 0}}").strategy == Strategy::none);
}

TEST_CASE("none drops what was inherited, and what is stronger begins anew") {
    const std::string defaults = "defaults: {retry: {strategy: fixed, delay: 9s, max_attempts: 9}}\nservers: ";
    CHECK(policy_of(defaults + "[{host: a, port: 1, retry: none}]") == RetryPolicy{});
    CHECK(policy_of(defaults + "[{host: a, port: 1, retry: exponential}]").backoff.delay == 9s);
    CHECK(policy_of("defaults: {retry: none}\nservers: ['a:1']", {{"retry.delay", "--retry-delay", "1s"}}).strategy ==
          Strategy::exponential);
    CHECK(policy_of(defaults + "['a:1']", {{"retry", "--retry", "none"}}) == RetryPolicy{});
    CHECK(error_of("- {host: a, port: 1, retry: {strategy: none, delay: 1s}}") ==
          "x.yaml:1:53: [0].retry: delay beside the strategy none, which makes one attempt: drop one of them");
    CHECK(read_file("x.yaml", "- {host: a, port: 1, retry: {strategy: none, delay: 1s}}", {}).errors.size() == 1);
    CHECK(error_of(server, {{"retry", "--retry", "none"}, {"retry.max_attempts", "--max-attempts", "3"}}) ==
          "--max-attempts: max_attempts beside the strategy none, which makes one attempt: drop one of them");
}

TEST_CASE("with rules the strategy is custom, and another one beside them is the rule for all else") {
    const auto rules = policy_of(
        "- {host: a, port: 1, retry: {delay: 2s, rules: [{on: auth, stop: true}, {on: [dns, tls], strategy: fixed}]}}");
    CHECK(rules.strategy == Strategy::custom);
    CHECK(rules.max_attempts == 3);
    REQUIRE(rules.rules.size() == 2);
    CHECK(rules.rules[0].stop);
    CHECK(rules.rules[1].backoff.delay == 2s);

    const auto both =
        policy_of(server, {{"retry", "--retry", "exponential"}, {"retry.rules", "--retry-rule", "auth=stop"}});
    REQUIRE(both.rules.size() == 2);
    CHECK(both.rules[1].on == std::vector<FailurePattern>{AnyFailure{}});
    CHECK(both.rules[1].backoff.exponential);

    CHECK(policy_of("defaults: {retry: fixed}\nservers: [{host: a, port: 1, retry: {rules: [{on: '*', stop: true}]}}]")
              .rules.size() == 1);
    CHECK(policy_of("defaults: {retry: {rules: [{on: '*', stop: true}]}}\nservers: [{host: a, port: 1}]",
                    {{"retry", "--retry", "exponential"}})
              .rules.size() == 1);
    CHECK(error_of(server, {{"retry", "--retry", "fixed"}, {"retry.rules", "--retry-rule", "*=stop"}}) ==
          "--retry: the strategy fixed can never be reached: the rules decide every failure");
    CHECK(error_of(server, {{"retry", "--retry", "custom"}}) ==
          "--retry: the strategy custom needs a rule: give retry.rules, or --retry-rule");
}

TEST_CASE("a rule that can never be reached is an error") {
    CHECK(
        error_of(server, {{"retry.rules", "--retry-rule", "transient=stop"},
                          {"retry.rules", "--retry-rule", "dns_timeout,network=fixed"}}) ==
        "--retry-rule: dns_timeout,network=fixed can never be reached: the rules before it decide all that it is for");
    CHECK(error_of("- {host: a, port: 1, retry: {rules: [{on: '*', stop: true}, {on: auth, stop: true}]}}") ==
          "x.yaml:1:61: [0].retry.rules[1]: can never be reached: the rules before it decide all that it is for");
    CHECK(error_of(server, {{"retry.rules", "--retry-rule", "cancelled=stop"}}) ==
          "--retry-rule: cancelled=stop can never be reached: such a failure ends the run: nothing follows it");
}

TEST_CASE("a wrong rule in a file is told what would be right") {
    const auto with = [](const std::string& rule) {
        return error_of("- {host: a, port: 1, retry: {rules: [" + rule + "]}}");
    };
    CHECK(with("{stop: true}") ==
          "x.yaml:1:38: [0].retry.rules[0]: expected a key on: which failures is the rule for?");
    CHECK(with("{on: auth}") == "x.yaml:1:38: [0].retry.rules[0]: expected stop: true or a strategy, found neither");
    CHECK(with("{on: auth, stop: true, strategy: fixed}") ==
          "x.yaml:1:38: [0].retry.rules[0]: expected stop: true or a strategy, found both");
    CHECK(with("{on: auth, stop: true, delay: 1s}") ==
          "x.yaml:1:38: [0].retry.rules[0]: expected nothing beside on and stop: after a stop there is no wait");
    CHECK(with("{on: auth, stop: false, strategy: fixed}") ==
          "x.yaml:1:55: [0].retry.rules[0].stop: expected true, found false: leave it out and give a strategy");
    CHECK(with("{on: auth, strategy: stop}") ==
          "x.yaml:1:59: [0].retry.rules[0].strategy: expected fixed or exponential, found \"stop\": write stop: true");
    CHECK(with("auth=stop") ==
          "x.yaml:1:38: [0].retry.rules[0]: expected an object such as {on: auth, stop: true}, found \"auth=stop\"");
    CHECK(error_of("- {host: a, port: 1, retry: 5}") ==
          "x.yaml:1:29: [0].retry: expected a strategy or an object, found 5: write {strategy: exponential, "
          "max_attempts: 6}");
}

TEST_CASE("a delay above the longest is cut to it, and that is said") {
    Request request;
    request.options = {{"retry.delay", "--retry-delay", "60s"}};
    CHECK(first(read_file("x.yaml", server, request).warnings) ==
          "--retry-delay: the delay 1m is above the longest, max_delay 30s, and is cut to it");
}

namespace {

/// The retry policy of a list's only server, with the built-in defaults of a command that waits.
RetryPolicy waiting_policy(std::string_view list, std::vector<OptionValue> options = {}) {
    Request request;
    request.built_in = {Strategy::fixed, 0, std::chrono::milliseconds{250}, true};
    request.options = std::move(options);
    const auto outcome = read_file("list.yaml", list, std::move(request));
    REQUIRE(outcome.errors == std::vector<std::string>{});
    return outcome.targets.at(0).settings->retry;
}

}  // namespace

TEST_CASE("a command's own defaults are the weakest of all") {
    const auto plain = waiting_policy("- 127.0.0.1:1\n");
    CHECK(plain.strategy == Strategy::fixed);
    CHECK(plain.max_attempts == 0);
    CHECK(plain.backoff.delay == 250ms);
    CHECK(plain.persistent);

    const auto delayed = waiting_policy("- 127.0.0.1:1\n", {{"retry.delay", "--retry-delay", "1s"}});
    CHECK(delayed.strategy == Strategy::fixed);
    CHECK(delayed.backoff.delay == 1s);

    const auto word = waiting_policy("defaults: {retry: exponential}\nservers: ['127.0.0.1:1']\n");
    CHECK(word.strategy == Strategy::exponential);
    CHECK(word.max_attempts == 0);
    CHECK(word.backoff.exponential);

    const auto limited = waiting_policy("servers: [{host: 127.0.0.1, port: 1, retry: {max_attempts: 3}}]\n");
    CHECK(limited.strategy == Strategy::fixed);
    CHECK(limited.max_attempts == 3);

    const char* const none = "defaults: {retry: none}\nservers: ['127.0.0.1:1']\n";
    CHECK(waiting_policy(none).strategy == Strategy::none);
    const auto revived = waiting_policy(none, {{"retry", "--retry", "fixed"}});
    CHECK(revived.max_attempts == 0);
    CHECK(revived.backoff.delay == 250ms);

    const auto ruled = waiting_policy(
        "- 127.0.0.1:1\n", {{"retry.rules", "--retry-rule", "auth=stop"}, {"retry", "--retry", "exponential"}});
    CHECK(ruled.rules.size() == 1);
    CHECK(ruled.backoff.exponential);
}
