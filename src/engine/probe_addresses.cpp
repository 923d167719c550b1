#include "engine/probe_addresses.hpp"

#include <utility>

#include "engine/address_verdicts.hpp"
#include "engine/at_once.hpp"
#include "engine/hints.hpp"
#include "model/wall_clock.hpp"
#include "net/peer.hpp"

namespace connprobe::engine {

namespace {

using net::Clock;

/// Each address as a target of its own, whose name keeps its meaning for TLS and for the check.
std::vector<Target> targets_of(const Target& target, const net::Answer& answer) {
    std::vector<Target> targets;
    for (const auto& address : answer.addresses) {
        targets.push_back(target);
        targets.back().address = address.to_string();
    }
    return targets;
}

/// Adds the verdicts on addresses that it took so long to learn.
net::Task<void> append(std::vector<Outcome>& verdicts, std::shared_ptr<AtOnce> judging, Duration resolve) {
    auto more = co_await verdicts_of(std::move(judging));
    for (auto& one : more) {
        one.latency.resolve = resolve;
        verdicts.push_back(std::move(one));
    }
}

Outcome failed(Tools tools, const Target& target, const net::Answer& answer) {
    Outcome outcome;
    outcome.failure = answer.failure;
    outcome.latency.resolve = answer.asked;
    fill_hints(outcome, target, tools.lookups.asked());
    return outcome;
}

}  // namespace

bool has_addresses_to_judge(const Target& target) {
    const auto& proxy = target.settings->proxy;
    if (proxy && proxy->type != ProxyType::socks5) return false;  // the proxy resolves the name
    return target.settings->all_addresses && target.unix_path.empty() && target.address.empty() &&
           !net::literal_peer(target.host, target.port);
}

net::Task<Outcome> probe_addresses(Tools tools, const Target& target, bool retry) {
    const auto& settings = *target.settings;
    const auto start = Clock::now();
    const auto limit = limit_of(settings, start, settings.dns_timeout, "dns_timeout");
    const auto answer = co_await tools.lookups.lookup(target.host, wanted_family(settings), retry, limit);
    if (answer->failure) co_return failed(tools, target, *answer);
    const auto most = answer->missing ? most_at_once / 2 : most_at_once;
    auto judging = begin_at_once(tools, targets_of(target, *answer), start, most);

    // The family that was not waited for (RFC 8305 §3) is judged too, once it is known.
    std::shared_ptr<AtOnce> judging_late;
    std::optional<Failure> unknown;
    auto resolve_late = answer->asked;
    if (answer->missing) {
        const auto late = co_await tools.lookups.lookup(target.host, *answer->missing, retry,
                                                        limit_of(settings, start, settings.dns_timeout, "dns_timeout"));
        resolve_late += late->asked;
        if (late->failure && was_cut(*late->failure)) co_return failed(tools, target, *late);
        if (!late->addresses.empty())
            judging_late = begin_at_once(tools, targets_of(target, *late), start, most);
        else if (late->failure && late->failure->code != Code::no_address &&
                 late->failure->code != Code::host_not_found)
            unknown = late->failure;
    }
    std::vector<Outcome> verdicts;
    co_await append(verdicts, std::move(judging), answer->asked);
    if (judging_late) co_await append(verdicts, std::move(judging_late), resolve_late);
    for (auto& one : verdicts)
        if (!one.failure) judge_quality(one, settings, wall_clock_now());
    auto whole = verdict_of_all(std::move(verdicts));
    if (unknown) warn_of_unknown(whole, *answer->missing, *unknown);
    co_return whole;
}

}  // namespace connprobe::engine
