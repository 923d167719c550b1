#include "engine/at_once.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/probe.hpp"
#include "net/signal.hpp"
#include "net/spawn.hpp"

namespace connprobe::engine {

/// What they come to. Shared with the coroutines that find out, which may end after who asked.
struct AtOnce {
    AtOnce(net::Loop& loop, std::vector<Target> ones) : targets{std::move(ones)}, ended{loop} {
        verdicts.resize(targets.size());
    }

    std::vector<Target> targets;
    std::vector<Outcome> verdicts;
    std::size_t begun = 0, done = 0;
    net::Signal ended;
};

namespace {

using net::Clock;

net::Task<void> judge_some(std::shared_ptr<AtOnce> judging, Tools tools, net::TimePoint start) {
    while (judging->begun < judging->targets.size()) {
        const auto index = judging->begun++;
        judging->verdicts[index] = co_await probe_one(tools, judging->targets[index], false, start);
        ++judging->done;
        start = Clock::now();
    }
    judging->ended.notify();
}

}  // namespace

std::shared_ptr<AtOnce> begin_at_once(Tools tools, std::vector<Target> targets, net::TimePoint start,
                                      std::size_t most) {
    auto judging = std::make_shared<AtOnce>(tools.loop, std::move(targets));
    const auto at_once = std::min(most, judging->targets.size());
    for (std::size_t i = 0; i < at_once; ++i) net::spawn(tools.loop, judge_some(judging, tools, start));
    return judging;
}

net::Task<std::vector<Outcome>> verdicts_of(std::shared_ptr<AtOnce> judging) {
    while (judging->done < judging->targets.size()) {
        if (co_await judging->ended.wait(net::TimePoint::max()) != net::Waited::cancelled) continue;
        std::vector<Outcome> cut(1);
        cut.front().failure = make_failure(Phase::connect, Code::interrupted, "the attempt was cut short");
        co_return cut;
    }
    co_return std::move(judging->verdicts);
}

}  // namespace connprobe::engine
