#include "engine/next_step.hpp"

namespace connprobe::engine {

namespace {

/// There was no failure that a rule could speak of: only the number of attempts is limited.
NextStep go_on(const RetryPolicy& policy, const AttemptEnd& end, std::uint64_t seed, std::string_view name) {
    if (policy.max_attempts != 0 && end.attempts >= policy.max_attempts) return {{}, StoppedBy::attempts};
    Backoff backoff = policy.backoff;
    if (end.streak > 0) backoff.exponential = false;
    return {drawn_wait(backoff, end.attempts, seed, name), {}};
}

}  // namespace

bool is_as_wanted(Goal::State wanted, const std::optional<Failure>& failure) noexcept {
    if (wanted == Goal::State::up) return !failure;
    if (!failure || failure->code == Code::backlog_full || failure->code == Code::proxy_timeout) return false;
    // Through a proxy it is the proxy that says so.
    if (failure->phase != Phase::connect && failure->phase != Phase::proxy) return false;
    return failure->failure_class == FailureClass::network || failure->failure_class == FailureClass::timeout;
}

NextStep next_step(const Goal& goal, const RetryPolicy& policy, const AttemptEnd& end, std::uint64_t seed,
                   std::string_view name) {
    if (end.streak >= goal.consecutive) return {};
    if (!end.failure || end.streak > 0) return go_on(policy, end, seed, name);
    const auto decision = decide_retry(policy, end.failure->failure_class, end.failure->code, end.attempts, seed, name);
    switch (decision.stop) {
        case RetryDecision::Stop::attempts: return {{}, StoppedBy::attempts};
        case RetryDecision::Stop::rule: return {{}, StoppedBy::rule};
        case RetryDecision::Stop::go_on: break;
    }
    return {decision.wait, {}};
}

}  // namespace connprobe::engine
