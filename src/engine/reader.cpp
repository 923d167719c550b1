#include "engine/reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace connprobe::engine {

namespace {

using net::Clock;

constexpr std::chrono::milliseconds tick{100};

}  // namespace

Reader::Reader(Crew& crew, const ProberOptions& options, const std::function<void(Event&&)>& on_event)
    : crew_{crew}, shared_{crew.shared()}, on_event_{on_event}, options_{options}, tally_{options.goal} {
    required_ = options.required.of(shared_.targets.size());
    if (options.end_when_decided && required_ == 0) crew_.end(RunEnd::enough);
}

void Reader::read_all() {
    std::vector<Event> events;
    while (shared_.mailbox.take(events, next_look())) {
        for (auto& event : events) hand_on(std::move(event));
        if (!crew_.finished() && Clock::now() >= shared_.deadline) crew_.end(RunEnd::deadline);
        tell_ending();
        on_event_(Tick{elapsed(), shared_.permits.in_flight()});
    }
}

void Reader::conclude_rest() {
    tell_ending();
    while (const auto index = shared_.next_target())
        hand_on(Finished{
            Job{*index, shared_.targets[*index]}.conclude(options_.goal, stopped_by(shared_.ending()), Clock::now(),
                                                          cut_failure(shared_.ending(), std::nullopt, options_))});
}

Summary Reader::summary() const {
    auto summary = tally_.summary(required_, shared_.ending());
    summary.elapsed = elapsed();
    summary.peak_concurrent = shared_.permits.peak();
    summary.peak_sockets = shared_.sockets.peak();
    return summary;
}

void Reader::hand_on(Event&& event) {
    if (const auto* finished = std::get_if<Finished>(&event)) count(finished->result);
    on_event_(std::move(event));
}

void Reader::count(const Result& result) {
    tally_.add(result);
    ++(reached(result, options_.goal) ? reached_ : missed_);
    if (reached_ + missed_ == shared_.targets.size()) return;  // nothing is left that could be spared
    const bool lost = missed_ + required_ > shared_.targets.size();
    if (lost && (options_.fail_fast || options_.end_when_decided)) crew_.end(RunEnd::fail_fast);
    if (options_.end_when_decided && reached_ >= required_) crew_.end(RunEnd::enough);
}

void Reader::tell_ending() {
    if (shared_.ending() != RunEnd::completed && !std::exchange(told_, true)) on_event_(Stopped{shared_.ending()});
}

net::TimePoint Reader::next_look() const {
    const auto soon = Clock::now() + tick;
    return shared_.ending() == RunEnd::completed ? std::min(soon, shared_.deadline) : soon;
}

Duration Reader::elapsed() const { return std::chrono::duration_cast<Duration>(Clock::now() - shared_.started); }

}  // namespace connprobe::engine
