#include "cli/waiting.hpp"

#include <algorithm>

#include "engine/next_step.hpp"
#include "model/readable.hpp"
#include "model/text.hpp"
#include "terminal/text_width.hpp"

namespace connprobe::cli {
namespace {

/// More would make no line that is read.
constexpr std::size_t most_named = 5;

/// An elided name that is shorter tells nothing.
constexpr std::size_t least_name = 8;

std::string because(const Failure& failure) {
    return printable(failure.message) + " (" + std::string{to_string(failure.code)} + ')';
}

/// Does a failure say that somebody is there?
bool says_nothing(const Failure& failure) {
    return failure.failure_class == FailureClass::dns || failure.failure_class == FailureClass::local;
}

/// In steps that do not flicker.
std::string rounded_up(Duration time) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
    if (seconds < 120) return std::to_string(seconds) + " s";
    if (seconds < 7200) return std::to_string((seconds + 59) / 60) + " min";
    return std::to_string((seconds + 3599) / 3600) + " h";
}

}  // namespace

Waiting::Waiting(std::span<const Target> targets, const ProberOptions& options)
    : targets_{targets},
      goal_{options.goal},
      deadline_{options.deadline},
      required_{options.required.of(targets.size())},
      servers_(targets.size()) {}

std::string Waiting::hear(const Event& event) {
    if (const auto* failed = std::get_if<AttemptFailed>(&event)) return attempted(failed->index, failed->failure);
    if (const auto* good = std::get_if<AttemptSucceeded>(&event)) return attempted(good->index, std::nullopt);
    if (const auto* end = std::get_if<Finished>(&event)) return finished(end->result);
    return {};
}

std::string Waiting::attempted(std::size_t index, const std::optional<Failure>& failure) {
    Server& server = servers_[index];
    const Server before = server;
    const bool counts = engine::is_as_wanted(goal_.state, failure);
    server.streak = counts ? before.streak + 1 : 0;
    server.state = counts ? State::as_wanted : failure ? State::failing : State::there;
    if (failure) server.code = failure->code;
    if (server.state == before.state && (counts || !failure || server.code == before.code)) return {};
    std::string text = name(index) + ": ";
    if (counts) {
        text += std::string{wanted()} + ", 1 of " + std::to_string(goal_.consecutive) + " times in a row";
    } else if (goal_.state == Goal::State::up) {
        text += "down";
    } else {
        text += failure && says_nothing(*failure) ? "unknown" : "still there";
    }
    return failure ? text + ": " + because(*failure) : text;
}

std::string Waiting::finished(const Result& result) {
    ++concluded_;
    Server& server = servers_[result.index];
    std::string text = name(result.index) + ": ";
    if (reached(result, goal_)) {
        server.state = State::reached;
        ++reached_;
        text +=
            std::string{wanted()} + " after " + readable(std::chrono::round<std::chrono::milliseconds>(result.elapsed));
        if (result.status == Status::degraded)
            text += ", degraded: " + printable(std::ranges::find_if(result.warnings, degrades)->message);
        return result.error ? text + ": " + because(*result.error) : text;
    }
    const bool gave_up = result.stopped_by == StoppedBy::attempts || result.stopped_by == StoppedBy::rule;
    if (!gave_up) return {};
    server.state = State::given_up;
    text += "given up after " + counted(result.attempts(), "attempt");
    return result.error ? text + ": " + because(*result.error) : text;
}

std::string Waiting::beginning() const {
    const std::string what = servers_.size() == 1 ? name(0)
                             : required_ < servers_.size()
                                 ? std::to_string(required_) + " of " + counted(servers_.size(), "server")
                                 : counted(servers_.size(), "server");
    const std::string how = goal_.state == Goal::State::gone ? " to be gone" : "";
    if (deadline_.count() == 0) return "waiting without end for " + what + how + " (--deadline 0)";
    return "waiting up to " + readable(deadline_) + " for " + what + how + " (--deadline)";
}

std::string Waiting::still(Duration elapsed) const {
    const std::vector<std::size_t> open = waited_for();
    std::string text = "still waiting for ";
    if (servers_.size() > 1) text += std::to_string(open.size()) + " of " + counted(servers_.size(), "server") + ": ";
    text += listed(open, most_named);
    if (required_ < servers_.size())
        text += "; " + std::to_string(required_) + (required_ == 1 ? " is enough" : " are enough");
    const std::string left = time_left(elapsed);
    return left.empty() ? text : text + "; " + left;
}

std::string Waiting::line(Duration elapsed, std::size_t columns) const {
    const std::vector<std::size_t> open = waited_for();
    std::string head =
        std::to_string(reached_) + " of " + std::to_string(servers_.size()) + ' ' + std::string{wanted()};
    if (required_ < servers_.size()) head += ", " + std::to_string(required_) + " needed";
    const std::string left = time_left(elapsed);
    const std::string tail = left.empty() ? left : ", " + left;
    for (std::size_t most = std::min(open.size(), most_named); most > 0; --most) {
        const std::string text = head + ", waiting for " + listed(open, most) + tail;
        if (terminal::text_width(text) <= columns) return text;
    }
    if (!open.empty()) {
        const std::string text = head + ", waiting for ";
        const std::string more = open.size() > 1 ? " and " + std::to_string(open.size() - 1) + " more" : "";
        const std::size_t around = terminal::text_width(text + more + tail);
        if (around + least_name <= columns) return text + fitting_name(open, columns - around) + more + tail;
    }
    const std::string text = head + tail;
    return terminal::text_width(text) <= columns ? text : terminal::elide(head, columns, ".");
}

std::string Waiting::name(std::size_t index) const { return printable(targets_[index].name); }

std::string Waiting::with_reason(std::size_t index) const {
    const Server& server = servers_[index];
    switch (server.state) {
        case State::unseen: return name(index) + " (no answer yet)";
        case State::there: return name(index) + " (still there)";
        case State::failing: return name(index) + " (" + std::string{to_string(server.code)} + ')';
        default: break;
    }
    return name(index) + " (" + std::string{wanted()} + ' ' + std::to_string(server.streak) + " of " +
           std::to_string(goal_.consecutive) + " times)";
}

std::vector<std::size_t> Waiting::waited_for() const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < servers_.size(); ++i) {
        if (servers_[i].state != State::reached && servers_[i].state != State::given_up) open.push_back(i);
    }
    return open;
}

std::string Waiting::listed(const std::vector<std::size_t>& servers, std::size_t most) const {
    std::string text;
    for (std::size_t i = 0; i < std::min(servers.size(), most); ++i)
        text += (i == 0 ? "" : ", ") + with_reason(servers[i]);
    if (servers.size() > most) text += " and " + std::to_string(servers.size() - most) + " more";
    return text;
}

std::string Waiting::fitting_name(const std::vector<std::size_t>& servers, std::size_t columns) const {
    for (const std::size_t server : servers) {
        if (std::string text = with_reason(server); terminal::text_width(text) <= columns) return text;
    }
    return terminal::elide_middle(name(servers.front()), columns, "...");
}

std::string Waiting::time_left(Duration elapsed) const {
    if (deadline_.count() == 0) return {};
    return rounded_up(std::max(deadline_ - elapsed, Duration::zero())) + " left";
}

std::string_view Waiting::wanted() const noexcept { return goal_.state == Goal::State::gone ? "gone" : "up"; }

}  // namespace connprobe::cli
