#include "connprobe/prober.hpp"

#include <thread>
#include <utility>

#include "engine/crew.hpp"
#include "engine/faults.hpp"
#include "engine/limits.hpp"
#include "engine/machine.hpp"
#include "engine/reader.hpp"
#include "model/wall_clock.hpp"

namespace connprobe {

RunOutcome Prober::run(std::span<const Target> targets, const ProberOptions& options,
                       const std::function<void(Event&&)>& on_event, const std::stop_token& stop) {
    RunOutcome outcome;
    net::Authorities authorities;
    outcome.errors = engine::faults(targets, options, authorities);
    if (!outcome.errors.empty()) return outcome;

    const auto concurrent = engine::concurrency(options.max_concurrent, targets.size(),
                                                {engine::descriptor_limit(), engine::available_memory()});
    const auto threads =
        engine::threads(options.threads, targets.size(), std::thread::hardware_concurrency(), concurrent);
    engine::Crew crew{targets, options, authorities, concurrent, threads};
    auto& shared = crew.shared();
    RunInfo run{.started_at = wall_clock_now(),
                .resolver = std::string{crew.names().resolver()},
                .servers = targets.size(),
                .max_concurrent = concurrent,
                .threads = threads,
                .goal = options.goal,
                .name_server = options.resolver.server,
                .name_server_port = options.resolver.port};
    shared.started = net::Clock::now();
    if (options.deadline.count() > 0) shared.deadline = net::later(shared.started, options.deadline);
    on_event(RunStarted{std::move(run)});

    outcome.fault = crew.start();
    if (!outcome.fault.empty()) return outcome;
    const std::stop_callback on_stop{stop, [&crew] { crew.end(RunEnd::signal); }};
    engine::Reader reader{crew, options, on_event};
    reader.read_all();
    crew.join();
    reader.conclude_rest();
    outcome.end = shared.ending();
    outcome.summary = reader.summary();
    return outcome;
}

}  // namespace connprobe
