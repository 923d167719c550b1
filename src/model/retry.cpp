#include "connprobe/retry.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace connprobe {

namespace {

/// Stands for "no limit": longer than any run, yet a steady_clock's count of nanoseconds can still be added to it.
constexpr Duration century = std::chrono::hours{24 * 365 * 100};

Duration rounded(double microseconds) noexcept {
    if (!(microseconds < static_cast<double>(century.count()))) return century;
    return Duration{std::llround(microseconds)};
}

Duration limit_of(const Backoff& backoff) noexcept {
    const bool limited = backoff.exponential && backoff.max_delay > Duration::zero();
    return limited ? std::min(backoff.max_delay, century) : century;
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv).
std::uint64_t hash_of(std::string_view text) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

/// One step of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): every bit of the input moves every bit of the output.
std::uint64_t mixed(std::uint64_t z) noexcept {
    z += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/// Evenly from [0, 1), by nothing but its arguments.
double draw(std::uint64_t seed, std::string_view name, std::uint32_t k) noexcept {
    const std::uint64_t bits = mixed(mixed(mixed(seed) ^ hash_of(name)) ^ k);
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

bool is_transient(FailureClass failure_class) noexcept {
    return failure_class == FailureClass::dns || failure_class == FailureClass::network ||
           failure_class == FailureClass::timeout;
}

struct Fits {
    FailureClass failure_class;
    Code code;

    bool operator()(AnyFailure) const noexcept { return true; }
    bool operator()(TransientFailure) const noexcept { return is_transient(failure_class); }
    bool operator()(FailureClass wanted) const noexcept { return wanted == failure_class; }
    bool operator()(Code wanted) const noexcept { return wanted == code; }
};

const RetryRule* deciding_rule(const RetryPolicy& policy, FailureClass failure_class, Code code) noexcept {
    const auto speaks = [&](const FailurePattern& pattern) { return fits(pattern, failure_class, code); };
    const auto rule = std::find_if(policy.rules.begin(), policy.rules.end(), [&](const RetryRule& candidate) {
        return std::any_of(candidate.on.begin(), candidate.on.end(), speaks);
    });
    return rule == policy.rules.end() ? nullptr : &*rule;
}

/// A persistent policy knows that a server which starts refuses logins and shows wrong certificates: it gives up only
/// what no server could ever change.
bool is_retried(const RetryPolicy& policy, Code code) noexcept {
    if (policy.persistent) return code != Code::bad_name && code != Code::permission_denied;
    return policy.strategy != Strategy::custom && info(code).retried;
}

}  // namespace

std::string_view to_string(Strategy strategy) noexcept {
    constexpr std::array<std::string_view, 4> names{"none", "fixed", "exponential", "custom"};
    return names[static_cast<std::size_t>(strategy)];
}

bool fits(const FailurePattern& pattern, FailureClass failure_class, Code code) noexcept {
    return std::visit(Fits{failure_class, code}, pattern);
}

Duration base_wait(const Backoff& backoff, std::uint32_t k) noexcept {
    if (backoff.delay <= Duration::zero()) return Duration::zero();
    const double growth = backoff.exponential ? std::pow(backoff.multiplier, k - 1.0) : 1;
    return std::min(rounded(static_cast<double>(backoff.delay.count()) * growth), limit_of(backoff));
}

WaitRange wait_range(const Backoff& backoff, std::uint32_t k) noexcept {
    const Duration base = base_wait(backoff, k);
    if (backoff.full_jitter) return {Duration::zero(), base};
    const auto scaled = [&](double factor) { return rounded(factor * static_cast<double>(base.count())); };
    return {scaled(1 - backoff.jitter), std::min(scaled(1 + backoff.jitter), limit_of(backoff))};
}

Duration drawn_wait(const Backoff& backoff, std::uint32_t k, std::uint64_t seed, std::string_view name) noexcept {
    const auto [shortest, longest] = wait_range(backoff, k);
    return shortest + rounded(draw(seed, name, k) * static_cast<double>((longest - shortest).count()));
}

RetryDecision decide_retry(const RetryPolicy& policy, FailureClass failure_class, Code code, std::uint32_t attempts,
                           std::uint64_t seed, std::string_view name) {
    using Stop = RetryDecision::Stop;
    if (policy.strategy == Strategy::none) return {Stop::attempts, {}};
    const bool custom = policy.strategy == Strategy::custom;
    const RetryRule* rule = custom ? deciding_rule(policy, failure_class, code) : nullptr;
    if (rule ? rule->stop : !is_retried(policy, code)) return {Stop::rule, {}};
    const std::uint32_t most = rule && rule->max_attempts ? *rule->max_attempts : policy.max_attempts;
    if (most != 0 && attempts >= most) return {Stop::attempts, {}};
    return {Stop::go_on, drawn_wait(rule ? rule->backoff : policy.backoff, attempts, seed, name)};
}

}  // namespace connprobe
