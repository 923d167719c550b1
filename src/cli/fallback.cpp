#include "cli/fallback.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "engine/job.hpp"

namespace connprobe::cli {
namespace {

using Clock = std::chrono::steady_clock;

Duration since(Clock::time_point start) { return std::chrono::duration_cast<Duration>(Clock::now() - start); }

bool is_up(const Result& result) { return result.status == Status::up || result.status == Status::degraded; }

/// The same servers with a single attempt each.
std::vector<Target> once_more(const std::vector<Result>& results) {
    std::vector<Target> targets;
    for (const Result& result : results) {
        Settings settings = *result.target->settings;
        settings.retry = {};
        targets.push_back(*result.target);
        targets.back().asked_before.reset();
        targets.back().settings = std::make_shared<const Settings>(std::move(settings));
    }
    return targets;
}

/// Both runs, told to the listener as one.
class Runs {
public:
    Runs(std::span<const Target> targets, const ProberOptions& options, const std::function<void(Event&&)>& on_event,
         const std::stop_token& stop)
        : targets_{targets}, options_{options}, on_event_{on_event}, stop_{stop}, tally_{options.goal} {}

    RunOutcome run() {
        RunOutcome outcome =
            Prober{}.run(targets_, options_, [this](Event&& event) { first(std::move(event)); }, stop_);
        start_ = Clock::now() - outcome.summary.elapsed;  // as its times count, so that nothing seems to end after it
        const bool began = outcome.errors.empty() && outcome.fault.empty();
        if (began && calls_for_fallback(outcome.summary, outcome.end) && time_left()) again(outcome);
        for (Result& result : held_) on_event_(Finished{std::move(result)});
        return outcome;
    }

private:
    [[nodiscard]] bool time_left() const { return options_.deadline.count() == 0 || since(start_) < options_.deadline; }

    void first(Event&& event) {
        auto* const finished = std::get_if<Finished>(&event);
        if (finished && !is_up(finished->result)) return held_.push_back(std::move(finished->result));
        if (finished) tally_.add(finished->result);
        on_event_(std::move(event));
    }

    void again(RunOutcome& outcome) {
        std::ranges::sort(held_, {}, &Result::index);
        for (const Result& result : held_) announce(result);
        const std::vector<Target> targets = once_more(held_);
        ProberOptions options = options_;
        options.max_concurrent = options.threads = 1;
        options.required = {Required::Kind::count, 0};
        options.fail_fast = false;
        later_ = since(start_);
        if (options.deadline.count() > 0) options.deadline = std::max(Duration{1}, options.deadline - later_);
        const RunOutcome second =
            Prober{}.run(targets, options, [this](Event&& event) { translated(std::move(event)); }, stop_);
        if (!second.errors.empty() || !second.fault.empty()) return;  // nothing was tried: the first run stands
        held_.clear();
        conclude(outcome, second);
    }

    void announce(const Result& result) const {
        if (result.history.empty() || !result.error) return;
        const auto attempts = static_cast<std::uint32_t>(result.attempts());
        on_event_(AttemptFailed{result.index, attempts, *result.error, Duration{}});
    }

    /// What the second run says, in the terms of the first.
    void translated(Event&& event) {
        if (std::holds_alternative<RunStarted>(event)) {
            later_ = since(start_);
            return;
        }
        if (auto* started = std::get_if<Started>(&event)) {
            started->index = held_[started->index].index;
        } else if (auto* step = std::get_if<Step>(&event)) {
            step->index = held_[step->index].index;
        } else if (auto* tick = std::get_if<Tick>(&event)) {
            tick->elapsed += later_;
        } else if (auto* finished = std::get_if<Finished>(&event)) {
            Result& kept = held_[finished->result.index];
            name_whole_deadline(finished->result, options_);
            finished->result = with_again(std::move(kept), std::move(finished->result), later_);
            tally_.add(finished->result);
        }
        on_event_(std::move(event));
    }

    void conclude(RunOutcome& outcome, const RunOutcome& second) const {
        Summary summary = tally_.summary(options_.required.of(targets_.size()), second.end);
        summary.elapsed = later_ + second.summary.elapsed;
        summary.peak_concurrent = outcome.summary.peak_concurrent;
        summary.peak_sockets = std::max(outcome.summary.peak_sockets, second.summary.peak_sockets);
        outcome.summary = std::move(summary);
        outcome.end = second.end;
    }

    std::span<const Target> targets_;
    const ProberOptions& options_;
    const std::function<void(Event&&)>& on_event_;
    const std::stop_token& stop_;
    Tally tally_;
    std::vector<Result> held_;  // not up, and not told yet
    Clock::time_point start_;
    Duration later_{};  // the second run began
};

}  // namespace

void name_whole_deadline(Result& result, const ProberOptions& whole) {
    const auto rename = [&whole](std::optional<Failure>& failure) {
        if (failure && failure->code == Code::deadline_exceeded)
            failure = engine::cut_failure(RunEnd::deadline, failure->phase, whole);
    };
    rename(result.error);
    for (Attempt& attempt : result.history) rename(attempt.error);
}

bool calls_for_fallback(const Summary& summary, RunEnd end) noexcept {
    return end == RunEnd::completed && 2 * (summary.up + summary.degraded) < summary.servers;
}

Result with_again(Result first, Result again, Duration later) {
    if (again.history.empty()) {  // its turn did not come
        first.stopped_by = again.stopped_by;
        return first;
    }
    Result both = std::move(again);
    both.index = first.index;
    both.target = first.target;
    for (Attempt& attempt : both.history) attempt.started += later;
    if (!first.history.empty()) both.elapsed += both.history.front().started - first.history.front().started;
    both.left_out = first.left_out;
    both.history.insert(both.history.begin(), std::make_move_iterator(first.history.begin()),
                        std::make_move_iterator(first.history.end()));
    if (both.status == Status::unknown && first.status == Status::down) {
        both.status = Status::down;
        both.error = std::move(first.error);
    }
    return both;
}

RunOutcome run_with_fallback(std::span<const Target> targets, const ProberOptions& options,
                             const std::function<void(Event&&)>& on_event, const std::stop_token& stop) {
    return Runs{targets, options, on_event, stop}.run();
}

}  // namespace connprobe::cli
