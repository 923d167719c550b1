#include "engine/probe.hpp"

namespace connprobe::engine {

net::Task<Outcome> probe(Tools tools, const Target& target, bool retry) {
    auto [outcome, stream, start] = co_await open(tools, target, retry);
    if (outcome.failure) co_return std::move(outcome);
    stream->close_politely();
    judge_quality(outcome, *target.settings, std::chrono::system_clock::now());
    co_return std::move(outcome);
}

}  // namespace connprobe::engine
