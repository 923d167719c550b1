#include "config/settings.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "config/check_settings.hpp"
#include "config/host.hpp"
#include "config/retry_rule.hpp"
#include "config/take.hpp"
#include "config/tls_settings.hpp"

namespace connprobe::config {
namespace {

void set_jitter(const Jitter& jitter, Backoff& backoff) {
    backoff.jitter = jitter.share;
    backoff.full_jitter = jitter.full;
}

Backoff general_backoff(const Merged& merged, const BuiltIn& built_in) {
    Backoff backoff;
    backoff.delay = built_in.delay;
    take(merged, Key::retry_delay, backoff.delay);
    take(merged, Key::retry_max_delay, backoff.max_delay);
    take(merged, Key::retry_multiplier, backoff.multiplier);
    if (const auto* jitter = merged.find(Key::retry_jitter)) set_jitter(std::get<Jitter>(jitter->value), backoff);
    return backoff;
}

RetryRule make_rule(const RuleSpec& spec, const Backoff& general) {
    RetryRule rule;
    rule.on = spec.on;
    rule.stop = spec.stop;
    rule.max_attempts = spec.max_attempts;
    if (spec.stop) return rule;
    rule.backoff = general;
    rule.backoff.exponential = spec.exponential;
    rule.backoff.delay = spec.delay.value_or(general.delay);
    rule.backoff.max_delay = spec.max_delay.value_or(general.max_delay);
    rule.backoff.multiplier = spec.multiplier.value_or(general.multiplier);
    if (spec.jitter) set_jitter(*spec.jitter, rule.backoff);
    return rule;
}

/// A strategy beside rules is the rule for `*`.
void add_rule_for_all(const Merged& merged, const std::vector<RuleSpec>& rules, RetryPolicy& policy,
                      Problems& problems) {
    const auto* strategy = merged.find(Key::retry_strategy);
    if (strategy == nullptr) return;
    const auto word = std::get<Strategy>(strategy->value);
    if (word != Strategy::fixed && word != Strategy::exponential) return;
    if (policy.persistent) {  // what no rule decides is tried again in any case
        policy.backoff.exponential = word == Strategy::exponential;
        return;
    }
    if (cover_everything(rules)) {
        // `--retry exponential` over a file whose rules leave nothing to it is no mistake of either.
        if (!merged.same_level(Key::retry_strategy, Key::retry_rules)) return;
        problems.error(
            strategy->spot, nullptr,
            "the strategy " + format_value(strategy->value) + " can never be reached: the rules decide every failure");
        return;
    }
    RuleSpec rest;
    rest.on = {AnyFailure{}};
    rest.exponential = word == Strategy::exponential;
    policy.rules.push_back(make_rule(rest, policy.backoff));
}

void check_delay(const Merged& merged, const RetryPolicy& policy, Problems& problems) {
    const auto* delay = merged.find(Key::retry_delay);
    const auto& backoff = policy.backoff;
    if (delay == nullptr || policy.strategy != Strategy::exponential || backoff.max_delay.count() == 0) return;
    if (backoff.delay <= backoff.max_delay) return;
    problems.warning(delay->spot, "the delay " + format_value(Value{backoff.delay}) +
                                      " is above the longest, max_delay " + format_value(Value{backoff.max_delay}) +
                                      ", and is cut to it");
}

/// Whom a target's TLS trusts, its proxy's is trusted by too; `insecure` is about the target alone.
std::optional<Proxy> make_proxy(const Merged& merged) {
    const auto* setting = merged.find(Key::proxy);
    if (setting == nullptr) return std::nullopt;
    auto proxy = std::get<std::optional<Proxy>>(setting->value);
    if (!proxy || proxy->type != ProxyType::https) return proxy;
    take(merged, Key::tls_ca_file, proxy->ca_file);
    take(merged, Key::tls_ca_dir, proxy->ca_dir);
    return proxy;
}

void check_source(const Merged& merged, const Settings& settings, Problems& problems) {
    if (settings.source.empty() || settings.family == AddressFamily::any) return;
    const bool is_v6 = settings.source.find(':') != settings.source.npos;
    if (is_v6 == (settings.family == AddressFamily::ipv6)) return;
    const bool blame_source = merged.at_least_as_strong(Key::source, Key::family);
    problems.error(merged.find(blame_source ? Key::source : Key::family)->spot, nullptr,
                   "the source " + settings.source + " is no " + (is_v6 ? "IPv4" : "IPv6") +
                       " address, and only those are wanted (family): no address is left");
}

}  // namespace

RetryPolicy make_retry_policy(const Merged& merged, const BuiltIn& built_in, Problems& problems) {
    RetryPolicy policy;
    policy.strategy = built_in.strategy;
    policy.persistent = built_in.persistent;
    const auto* rules = merged.find(Key::retry_rules);
    const auto* strategy = merged.find(Key::retry_strategy);
    const bool has_rules = rules != nullptr && !std::get<std::vector<RuleSpec>>(rules->value).empty();
    if (has_rules) {
        policy.strategy = Strategy::custom;
    } else if (strategy != nullptr) {
        policy.strategy = std::get<Strategy>(strategy->value);
    } else if (built_in.strategy == Strategy::none &&
               (merged.find(Key::retry_max_attempts) || merged.find(Key::retry_delay))) {
        policy.strategy = Strategy::exponential;
    }
    if (policy.strategy == Strategy::custom && !has_rules) {
        problems.error(strategy->spot, nullptr, "the strategy custom needs a rule: give retry.rules, or --retry-rule");
    }
    if (policy.strategy == Strategy::none) return policy;
    policy.max_attempts = built_in.max_attempts;
    take(merged, Key::retry_max_attempts, policy.max_attempts);
    policy.backoff = general_backoff(merged, built_in);
    policy.backoff.exponential = policy.strategy == Strategy::exponential;
    if (!has_rules) {
        check_delay(merged, policy, problems);
        return policy;
    }
    const auto& specs = std::get<std::vector<RuleSpec>>(rules->value);
    for (const auto& spec : specs) policy.rules.push_back(make_rule(spec, policy.backoff));
    add_rule_for_all(merged, specs, policy, problems);
    return policy;
}

Settings make_settings(const Merged& merged, const BuiltIn& built_in, Problems& problems,
                       const Environment& environment) {
    Settings settings;
    take(merged, Key::timeout, settings.timeout);
    take(merged, Key::dns_timeout, settings.dns_timeout);
    take(merged, Key::connect_timeout, settings.connect_timeout);
    take(merged, Key::proxy_timeout, settings.proxy_timeout);
    take(merged, Key::tls_timeout, settings.tls_timeout);
    take(merged, Key::check_timeout, settings.check_timeout);
    take(merged, Key::proxy_protocol, settings.proxy_protocol);
    settings.proxy = make_proxy(merged);
    take(merged, Key::family, settings.family);
    take(merged, Key::source, settings.source);
    take(merged, Key::interface, settings.interface);
    take(merged, Key::address_delay, settings.address_delay);
    take(merged, Key::all_addresses, settings.all_addresses);
    take(merged, Key::max_latency, settings.max_latency);
    take(merged, Key::cert_expiry, settings.cert_expiry);
    take(merged, Key::connections, settings.connections);
    check_source(merged, settings, problems);
    settings.retry = make_retry_policy(merged, built_in, problems);
    settings.check = make_check(merged, problems, environment);
    if (merged.speaks_tls()) settings.tls = make_tls(merged, problems, environment);
    take(merged, Key::starttls, settings.starttls);
    return settings;
}

}  // namespace connprobe::config
