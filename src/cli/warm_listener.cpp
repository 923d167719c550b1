#include "cli/warm_listener.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "cli/messages.hpp"
#include "model/readable.hpp"
#include "model/text.hpp"
#include "os/standard_streams.hpp"
#include "terminal/colour.hpp"
#include "terminal/screen.hpp"

namespace connprobe::cli {
namespace {

/// Servers whose changes are told one by one, each second.
constexpr std::size_t most_told = 20;

}  // namespace

WarmListener::WarmListener(const Options& options, std::span<const Target> targets, Outputs& outputs)
    : options_{options},
      targets_{targets},
      outputs_{outputs},
      results_(targets.size()),
      missing_(targets.size()),
      line_{STDERR_FILENO, draws_progress(options)} {
    for (const Target& target : targets) progress_.all += target.settings->connections;
}

void WarmListener::operator()(warm::Event&& event) {
    std::visit([this](auto& what) { hear(what); }, event);
}

void WarmListener::hear(const warm::ServerOpened& event) {
    say(LogLevel::info, targets_[event.index].name + ": " + std::to_string(event.open) + " of " +
                            counted(event.asked, "connection") + " open");
}

// A server that goes takes all its connections with it: what happens within a second is told together.
void WarmListener::hear(const warm::Lost& event) {
    Change& change = changes_[event.index];
    ++change.lost;
    change.open = event.open;
    change.cause = std::string{to_string(event.failure.code)} + ": " + event.failure.message;
}

void WarmListener::hear(const warm::Reopened& event) { changes_[event.index].open = event.open; }

void WarmListener::hear(const warm::ReopenFailed& event) {
    say(LogLevel::info, targets_[event.index].name + ": not opened: " + std::string{to_string(event.failure.code)} +
                            ": " + event.failure.message);
}

void WarmListener::hear(const warm::Ready& event) {
    held_ = true;
    line_.erase();
    if (!options_.warm.hold) return;
    const std::string how_long =
        options_.warm.hold_for.count() > 0 ? "for " + readable(options_.warm.hold_for) : "until a signal ends it";
    say(LogLevel::warning,
        std::to_string(event.open) + " of " + counted(event.asked, "connection") + " open, held " + how_long);
}

void WarmListener::hear(const LimitChanged& event) {
    say(LogLevel::info, std::to_string(event.limit) + " at a time: " + event.why);
}

void WarmListener::hear(const Tick& event) {
    outputs_.look_for_reader();
    tell_changes();
    progress_.done = progress_.in_flight = event.in_flight;
    progress_.elapsed = event.elapsed;
    if (!held_) line_.show(progress_);
}

void WarmListener::hear(Finished& event) {
    tell_changes();
    Result& kept = results_[event.result.index];
    kept = std::move(event.result);
    outputs_.result(kept);
}

void WarmListener::tell_changes() {
    std::size_t told = 0;
    for (const auto& [index, change] : std::exchange(changes_, {})) {
        const Target& target = targets_[index];
        const bool whole = change.open >= target.settings->connections;
        if (change.lost == 0 && (!whole || !missing_[index])) continue;
        missing_[index] = !whole;
        if (++told > most_told) continue;
        const std::string open = whole ? "all " + counted(change.open, "connection") + " open again"
                                       : std::to_string(change.open) + " of " +
                                             counted(target.settings->connections, "connection") + " open";
        say(LogLevel::warning,
            target.name + ": " +
                (change.lost == 0 ? open : "lost " + std::to_string(change.lost) + ", " + open + ": " + change.cause));
    }
    if (told > most_told) say(LogLevel::warning, "... and " + counted(told - most_told, "more server"));
}

void WarmListener::say(LogLevel level, const std::string& text) {
    if (options_.log_level < level) return;
    line_.erase();
    os::complain("connprobe: " + printable(text) + '\n');
}

}  // namespace connprobe::cli
