#include "engine/probe.hpp"

#include <algorithm>
#include <chrono>

#include "check/registry.hpp"
#include "engine/hints.hpp"
#include "engine/probe_addresses.hpp"
#include "engine/probe_service.hpp"
#include "engine/services.hpp"
#include "model/wall_clock.hpp"

namespace connprobe::engine {

namespace {

net::Task<void> check(const Target& target, net::Stream& stream, net::TimePoint start, bool listened_to,
                      Outcome& outcome) {
    const auto& settings = *target.settings;
    const auto began = net::Clock::now();
    check::Report report;
    outcome.failure = co_await check::run({.stream = stream,
                                           .target = target,
                                           .limit = limit_of(settings, start, settings.check_timeout, "check_timeout"),
                                           .report = report,
                                           .dialogue = listened_to ? &outcome.dialogue : nullptr});
    outcome.latency.check = std::chrono::duration_cast<Duration>(net::Clock::now() - began) - report.waited;
    outcome.check = std::make_unique<const CheckFacts>(std::move(report.facts));
}

// A round trip is enough for a server that is done; one that has more to say is not waited for.
net::TimePoint end_of_goodbye(const Settings& settings, net::TimePoint start, Duration connect_time) {
    constexpr std::chrono::milliseconds margin{50};
    return std::min(limit_of(settings, start, {}, "").at, net::Clock::now() + 2 * connect_time + margin);
}

}  // namespace

net::Task<Outcome> probe_one(Tools tools, const Target& target, bool retry, net::TimePoint began) {
    auto [outcome, stream, start] = co_await open(tools, target, retry, began);
    fill_hints(outcome, target, tools.lookups.asked());
    if (outcome.failure) co_return std::move(outcome);
    if (target.settings->check) co_await check(target, *stream, start, tools.trace, outcome);
    co_await stream->hear_out_and_close(end_of_goodbye(*target.settings, start, *outcome.latency.connect));
    co_return std::move(outcome);
}

net::Task<Outcome> probe(Tools tools, const Target& target, bool retry) {
    if (is_service(target)) co_return co_await probe_service(tools, target, retry);
    if (has_addresses_to_judge(target)) co_return co_await probe_addresses(tools, target, retry);
    auto outcome = co_await probe_one(tools, target, retry, net::Clock::now());
    if (!outcome.failure) judge_quality(outcome, *target.settings, wall_clock_now());
    co_return outcome;
}

}  // namespace connprobe::engine
