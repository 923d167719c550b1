#include "cli/schedule.hpp"

#include <algorithm>

#include "model/readable.hpp"

namespace connprobe::cli {
namespace {

/// More are not needed to see how it goes on.
constexpr std::uint32_t most_shown = 8;

/// By a persistent policy.
constexpr std::string_view never_retried = "no retry after bad_name and permission_denied, unless a rule says so";

bool is_spread(const Backoff& backoff) noexcept {
    return backoff.delay > Duration::zero() && (backoff.full_jitter || backoff.jitter > 0);
}

std::string range_text(Duration low, Duration high) {
    const std::string from = readable(low), to = readable(high);
    const std::size_t unit = from.rfind(' ');
    if (low == Duration::zero()) return "0-" + to;
    const bool same_unit = from.substr(unit) == to.substr(to.rfind(' '));
    return (same_unit ? from.substr(0, unit) : from) + '-' + to;
}

struct Times {
    std::string exact, ranges;
};

Times times_of(const Backoff& backoff, std::uint32_t attempts, std::optional<std::uint64_t> seed,
               std::string_view name) {
    Times times{"0", {}};
    Duration at{}, low{}, high{};
    for (std::uint32_t k = 1; k < attempts; ++k) {
        const auto [shortest, longest] = wait_range(backoff, k);
        low += shortest;
        high += longest;
        at += seed ? drawn_wait(backoff, k, *seed, name) : base_wait(backoff, k);
        times.exact += ", " + readable(at);
        times.ranges += (k == 1 ? "" : ", ") + range_text(low, high);
    }
    return times;
}

std::string attempts_text(const Backoff& backoff, std::uint32_t most, std::optional<std::uint64_t> seed,
                          std::string_view name) {
    if (most == 1) return "one attempt";
    const bool all_shown = most != 0 && most <= most_shown;
    const Times times = times_of(backoff, all_shown ? most : most_shown, seed, name);
    std::string text =
        (most == 0 ? "attempts without end: at " : std::to_string(most) + " attempts: at ") + times.exact;
    if (!all_shown) text += ", ...";
    if (!is_spread(backoff)) return text;
    return text + (seed ? " (drawn with --seed " + std::to_string(*seed) + ')' : " (with jitter " + times.ranges + ')');
}

std::string pattern_text(const FailurePattern& pattern) {
    struct Name {
        std::string operator()(AnyFailure) const { return "anything else"; }
        std::string operator()(TransientFailure) const { return "transient (dns, network, timeout)"; }
        std::string operator()(FailureClass failure_class) const { return std::string{to_string(failure_class)}; }
        std::string operator()(Code code) const { return std::string{to_string(code)}; }
    };
    return std::visit(Name{}, pattern);
}

std::string rule_text(const RetryPolicy& policy, const RetryRule& rule, std::optional<std::uint64_t> seed,
                      std::string_view name) {
    std::string text = "after ";
    for (const FailurePattern& pattern : rule.on) text += (text.size() > 6 ? ", " : "") + pattern_text(pattern);
    if (rule.stop) return text + ": no further attempt";
    return text + ": " + attempts_text(rule.backoff, rule.max_attempts.value_or(policy.max_attempts), seed, name);
}

bool covers_everything(const RetryPolicy& policy) {
    return std::ranges::any_of(policy.rules, [](const RetryRule& rule) {
        return std::ranges::any_of(rule.on, [](const auto& on) { return std::holds_alternative<AnyFailure>(on); });
    });
}

}  // namespace

bool has_jitter(const RetryPolicy& policy) noexcept {
    if (policy.strategy == Strategy::custom) {
        return std::ranges::any_of(policy.rules,
                                   [](const RetryRule& rule) { return !rule.stop && is_spread(rule.backoff); });
    }
    return policy.strategy != Strategy::none && is_spread(policy.backoff);
}

std::vector<std::string> retry_schedule(const RetryPolicy& policy, std::optional<std::uint64_t> seed,
                                        std::string_view name) {
    if (policy.strategy == Strategy::none) return {"one attempt, no retry"};
    if (policy.strategy != Strategy::custom) {
        return {attempts_text(policy.backoff, policy.max_attempts, seed, name),
                policy.persistent ? std::string{never_retried}
                                  : "no retry after what waiting cannot heal (* in connprobe explain)"};
    }
    std::vector<std::string> lines;
    for (const RetryRule& rule : policy.rules) lines.push_back(rule_text(policy, rule, seed, name));
    if (covers_everything(policy)) return lines;
    if (!policy.persistent) {
        lines.emplace_back("after anything else: no further attempt");
        return lines;
    }
    lines.push_back("after anything else: " + attempts_text(policy.backoff, policy.max_attempts, seed, name));
    lines.emplace_back(never_retried);
    return lines;
}

}  // namespace connprobe::cli
