#include "engine/probe_service.hpp"

#include <algorithm>

#include "engine/at_once.hpp"
#include "engine/hints.hpp"
#include "engine/probe.hpp"
#include "engine/services.hpp"
#include "model/wall_clock.hpp"

namespace connprobe::engine {

net::Task<Outcome> probe_service(Tools tools, const Target& target, bool retry) {
    const auto& settings = *target.settings;
    const auto before = retry || !target.asked_before ? AskedBefore{} : *target.asked_before;
    const auto start = net::Clock::now() - before.took;
    net::ServiceAnswer answer;
    answer.failure = before.failure;
    if (!answer.failure) {
        const auto limit = net::phase_limit(start, settings.timeout, start, settings.dns_timeout, "dns_timeout");
        answer = co_await tools.lookups.services(target.host, limit);
    }
    answer.asked += before.took;
    Outcome outcome;
    outcome.latency.resolve = answer.asked;
    outcome.failure = answer.failure;
    fill_hints(outcome, target, tools.lookups.asked());
    if (outcome.failure) co_return outcome;

    std::vector<Target> targets;
    for (const auto& service : answer.services) targets.push_back(target_of(target, service));
    auto verdicts = co_await verdicts_of(begin_at_once(tools, std::move(targets), start, most_at_once));
    const auto down = std::ranges::find_if(verdicts, [](const Outcome& one) { return one.failure.has_value(); });
    auto& shown = down == verdicts.end() ? verdicts.front() : *down;
    shown.latency.resolve = shown.latency.resolve.value_or(Duration{}) + answer.asked;
    if (!shown.failure) judge_quality(shown, settings, wall_clock_now());
    co_return std::move(shown);
}

}  // namespace connprobe::engine
