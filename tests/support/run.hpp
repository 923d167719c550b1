// Runs a Prober in a test and keeps everything that it said.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connprobe/prober.hpp"

namespace connprobe::tests {

inline Target target_at(const std::string& host, std::uint16_t port, Settings settings = {}) {
    Target target;
    target.host = host;
    target.port = port;
    target.name = target.written = host + ":" + std::to_string(port);
    target.settings = std::make_shared<const Settings>(std::move(settings));
    return target;
}

struct Heard {
    RunOutcome outcome;
    RunInfo run;
    std::vector<Result> results;     ///< in the order of the targets
    std::vector<std::size_t> order;  ///< the indices as they finished
    std::size_t retries_announced = 0;
};

/// `also` hears every event before it is kept.
inline Heard run(const std::vector<Target>& targets, const ProberOptions& options = {},
                 const std::function<void(const Event&)>& also = {}, std::stop_token stop = {}) {
    Heard heard;
    heard.results.resize(targets.size());
    Prober prober;
    heard.outcome = prober.run(
        targets, options,
        [&](Event&& event) {
            if (also) also(event);
            if (auto* started = std::get_if<RunStarted>(&event)) heard.run = started->run;
            if (std::holds_alternative<AttemptFailed>(event)) ++heard.retries_announced;
            if (auto* finished = std::get_if<Finished>(&event)) {
                heard.order.push_back(finished->result.index);
                heard.results[finished->result.index] = std::move(finished->result);
            }
        },
        std::move(stop));
    return heard;
}

}  // namespace connprobe::tests
