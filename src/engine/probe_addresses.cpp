#include "engine/probe_addresses.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <memory>
#include <utility>

#include "engine/address_verdicts.hpp"
#include "engine/probe.hpp"
#include "net/peer.hpp"
#include "net/signal.hpp"

namespace connprobe::engine {

namespace {

using net::Clock;

constexpr std::size_t most_at_once = 64;

/// What the addresses of one name come to. Shared with the coroutines that find out, which may end after who asked.
struct Judging {
    Judging(net::Loop& loop, std::vector<Target> ones) : targets{std::move(ones)}, ended{loop} {
        verdicts.resize(targets.size());
    }

    std::vector<Target> targets;
    std::vector<Outcome> verdicts;
    std::size_t begun = 0, done = 0;
    net::Signal ended;
};

net::Task<void> judge_some(std::shared_ptr<Judging> judging, Tools tools, net::TimePoint start) {
    while (judging->begun < judging->targets.size()) {
        const auto index = judging->begun++;
        judging->verdicts[index] = co_await probe_one(tools, judging->targets[index], false, start);
        ++judging->done;
        start = Clock::now();
    }
    judging->ended.notify();
}

/// Each address as a target of its own, whose name keeps its meaning for TLS and for the check.
std::vector<Target> targets_of(const Target& target, const net::Answer& answer) {
    std::vector<Target> targets;
    for (const auto& address : answer.addresses) {
        targets.push_back(target);
        targets.back().address = address.to_string();
    }
    return targets;
}

net::Task<std::vector<Outcome>> judge_all(Tools tools, std::vector<Target> targets, net::TimePoint start) {
    const auto judging = std::make_shared<Judging>(tools.loop, std::move(targets));
    const auto at_once = std::min(most_at_once, judging->targets.size());
    for (std::size_t i = 0; i < at_once; ++i) {
        asio::co_spawn(tools.loop.context, judge_some(judging, tools, start), [](const std::exception_ptr& bug) {
            if (bug) std::rethrow_exception(bug);
        });
    }
    while (judging->done < judging->targets.size()) {
        if (co_await judging->ended.wait(net::TimePoint::max()) != net::Waited::cancelled) continue;
        std::vector<Outcome> cut(1);
        cut.front().failure = make_failure(Phase::connect, Code::interrupted, "the attempt was cut short");
        co_return cut;
    }
    co_return std::move(judging->verdicts);
}

void append(std::vector<Outcome>& verdicts, std::vector<Outcome> more) {
    std::move(more.begin(), more.end(), std::back_inserter(verdicts));
}

Outcome failed(const net::Answer& answer) {
    Outcome outcome;
    outcome.failure = answer.failure;
    outcome.latency.resolve = answer.asked;
    return outcome;
}

}  // namespace

bool has_addresses_to_judge(const Target& target) {
    return target.settings->all_addresses && target.unix_path.empty() && target.address.empty() &&
           !net::literal_peer(target.host, target.port);
}

net::Task<Outcome> probe_addresses(Tools tools, const Target& target, bool retry) {
    const auto& settings = *target.settings;
    const auto start = Clock::now();
    const auto limit = limit_of(settings, start, settings.dns_timeout, "dns_timeout");
    const auto answer = co_await tools.lookups.lookup(target.host, wanted_family(settings), retry, limit);
    if (answer->failure) co_return failed(*answer);
    auto resolve = answer->asked;
    auto verdicts = co_await judge_all(tools, targets_of(target, *answer), start);

    // The family that was not waited for (RFC 8305 §3) is judged too, once it is known.
    std::optional<Failure> unknown;
    if (answer->missing) {
        const auto late = co_await tools.lookups.lookup(target.host, *answer->missing, false,
                                                        limit_of(settings, start, settings.dns_timeout, "dns_timeout"));
        resolve += late->asked;
        if (late->failure && was_cut(*late->failure)) co_return failed(*late);
        if (!late->addresses.empty())
            append(verdicts, co_await judge_all(tools, targets_of(target, *late), start));
        else if (late->failure && late->failure->code != Code::no_address &&
                 late->failure->code != Code::host_not_found)
            unknown = late->failure;
    }
    for (auto& one : verdicts) {
        one.latency.resolve = resolve;
        if (!one.failure) judge_quality(one, settings, std::chrono::system_clock::now());
    }
    auto whole = verdict_of_all(std::move(verdicts));
    if (unknown) warn_of_unknown(whole, *answer->missing, *unknown);
    co_return whole;
}

}  // namespace connprobe::engine
