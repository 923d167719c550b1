#include "cli/probe_targets.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "cli/fallback.hpp"
#include "cli/log.hpp"
#include "cli/messages.hpp"
#include "cli/outputs.hpp"
#include "cli/wait_lines.hpp"
#include "cli/waiting.hpp"
#include "engine/services.hpp"
#include "os/limits.hpp"
#include "os/standard_streams.hpp"
#include "terminal/progress.hpp"
#include "terminal/screen.hpp"

namespace connprobe::cli {
namespace {

/// Is anything written to standard output before the end, between the drawings of the progress line?
bool writes_as_it_goes(const Options& options) {
    return std::ranges::any_of(
        options.outputs, [](const Output& output) { return output.file.empty() && output.format->name == "ndjson"; });
}

/// Hears of everything that happens in a run and passes it on.
class Listener {
public:
    Listener(const Options& options, std::span<const Target> targets, Outputs& outputs, std::vector<Result>& results)
        : outputs_{outputs},
          results_{results},
          log_{options.log_level, targets},
          line_{STDERR_FILENO, draws_progress(options)},
          makes_room_{writes_as_it_goes(options)},
          command_{options.command == Command::demo ? Command::probe : options.command} {
        progress_.all = targets.size();
        if (command_ != Command::wait) return;
        waiting_.emplace(targets, options.prober);
        if (!is_silent(options) && !draws_progress(options) && options.progress != terminal::When::never)
            wait_lines_.emplace(options.log_level < LogLevel::info);
    }

    void operator()(Event&& event) {
        if (log_.wants(event)) {
            line_.erase();
            log_.write(event);
        }
        if (waiting_) tell(event);
        if (auto* started = std::get_if<RunStarted>(&event)) {
            started->run.command = info(command_).name;
            outputs_.begin(started->run);
        } else if (auto* finished = std::get_if<Finished>(&event)) {
            keep(std::move(finished->result));
        } else if (const auto* tick = std::get_if<Tick>(&event)) {
            outputs_.look_for_reader();
            progress_.in_flight = tick->in_flight;
            progress_.elapsed = tick->elapsed;
            show(*tick);
        }
    }

    void erase_progress() { line_.erase(); }

private:
    void tell(const Event& event) {
        const std::string change = waiting_->hear(event);
        if (wait_lines_) os::complain(wait_lines_->after(event, change, *waiting_));
    }

    void show(const Tick& tick) {
        if (!waiting_) return line_.show(progress_);
        line_.show(tick.elapsed, [&](std::size_t columns) { return waiting_->line(tick.elapsed, columns); });
    }

    /// Writers hold on to the results until their end.
    void keep(Result&& result) {
        Result& kept = results_[result.index];
        kept = std::move(result);
        ++progress_.done;
        if (kept.status == Status::down) ++progress_.down;
        if (makes_room_) line_.erase();
        outputs_.result(kept);
    }

    Outputs& outputs_;
    std::vector<Result>& results_;
    Log log_;
    terminal::Progress progress_;
    terminal::ProgressLine line_;
    bool makes_room_;
    Command command_;
    std::optional<Waiting> waiting_;       ///< in a wait only
    std::optional<WaitLines> wait_lines_;  ///< where they are written instead of the line
};

void warn_of_insecurity(const Options& options, std::span<const Target> targets) {
    const auto insecure = std::ranges::count_if(
        targets, [](const Target& target) { return target.settings->tls && target.settings->tls->insecure; });
    if (insecure == 0) return;
    warn(options, {"certificates are not verified (--insecure): " + std::to_string(insecure) + " of " +
                   std::to_string(targets.size()) + " servers"});
}

/// `spent` of the deadline is gone.
ProberOptions prober_options(const Options& options, Duration spent) {
    ProberOptions prober = options.prober;
    if (prober.deadline.count() > 0) prober.deadline = std::max(prober.deadline - spent, Duration{1});
    if (!options.seeded) prober.seed = std::random_device{}();
    prober.trace = options.log_level >= LogLevel::info;
    return prober;
}

RunOutcome run(const Options& options, std::span<const Target> targets, Duration spent,
               const std::function<void(Event&&)>& on_event, const std::stop_token& stop) {
    const ProberOptions prober = prober_options(options, spent);
    const std::function<void(Event&&)> tell = [&](Event&& event) {
        if (auto* finished = std::get_if<Finished>(&event)) name_whole_deadline(finished->result, options.prober);
        on_event(std::move(event));
    };
    return options.fallback ? run_with_fallback(targets, prober, tell, stop)
                            : Prober{}.run(targets, prober, tell, stop);
}

/// Asks for the SRV records among the targets; gives the time that it took.
Duration expand(const Options& options, std::span<const Target>& targets, Probed& probed) {
    if (std::ranges::none_of(targets, engine::is_service)) return {};
    const auto began = std::chrono::steady_clock::now();
    probed.expanded = engine::expand_services(targets, options.prober, probed.signals->token());
    targets = probed.expanded;
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began);
}

int exit_status(const Options& options, const Summary& summary, bool written) {
    if (!written) return tool_failed;
    const bool is_verdict = summary.exit_status == 1 || summary.exit_status == 3 || summary.exit_status == 124;
    return options.exit_zero && is_verdict ? 0 : summary.exit_status;
}

}  // namespace

Probed probe_targets(const Options& options, std::span<const Target> targets) {
    Probed probed;
    Outputs outputs;
    if (const auto errors = outputs.open(options); !errors.empty()) {
        for (const std::string& error : errors) os::complain("connprobe: " + error + '\n');
        probed.exit_status = tool_failed;
        return probed;
    }
    warn_of_insecurity(options, targets);
    os::raise_descriptor_limit();
    probed.signals = std::make_unique<os::SignalWatch>();
    const Duration spent = expand(options, targets, probed);
    probed.results.resize(targets.size());
    Listener listener{options, targets, outputs, probed.results};

    RunOutcome outcome = run(options, targets, spent, std::ref(listener), probed.signals->token());
    if (!outcome.errors.empty()) {
        probed.exit_status = refuse(outcome.errors);
        return probed;
    }
    listener.erase_progress();
    if (!outcome.fault.empty()) {
        os::complain("connprobe: this machine gives too little to begin with: " + outcome.fault + '\n');
        probed.exit_status = tool_failed;
        return probed;
    }
    const int signal = outcome.end == RunEnd::signal ? probed.signals->caught() : 0;
    if (signal != 0) outcome.summary.exit_status = 128 + signal;
    const auto errors = outputs.end(outcome.summary);
    for (const std::string& error : errors) os::complain("connprobe: " + error + '\n');
    probed.signal = signal;
    probed.enough = errors.empty() && (outcome.summary.exit_status == 0 || outcome.summary.exit_status == 3);
    probed.exit_status = exit_status(options, outcome.summary, errors.empty());
    return probed;
}

}  // namespace connprobe::cli
