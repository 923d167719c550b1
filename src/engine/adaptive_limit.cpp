#include "engine/adaptive_limit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/readable.hpp"

namespace connprobe::engine {

namespace {

using namespace std::chrono_literals;

// The rule about latency goes no lower: fewer would not tell a slow path from a slow server, and a list of a few servers
// behind a slow line is probed all at once.
constexpr std::size_t least_by_latency = 16;

// Enough answers for a quartile that stands still, few enough that a round is over soon.
constexpr std::size_t fewest_answers = 32, most_answers = 512, answers_of_use = 8;

// RFC 6298 §2.1: how long the first SYN is waited for; up to one in twenty is lost by the path itself.
constexpr Duration resend_time = 1s;
constexpr double usual_loss = 0.05;

// Between the two the limit stays. The constants keep the noise of a local network from counting as a queue.
Duration calm_until(Duration base) { return base + base / 4 + 1ms; }
Duration pressed_from(Duration base) { return base + base / 2 + 2ms; }

std::size_t step(std::size_t limit) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::sqrt(static_cast<double>(limit))));
}

}  // namespace

// A queue delays even the nearest server, while how many far ones are in a window is chance: the lower quartile.
std::optional<Duration> AdaptiveLimit::Window::delay() {
    if (answers.size() < answers_of_use) return std::nullopt;
    const auto quartile = answers.begin() + static_cast<std::ptrdiff_t>(answers.size() / 4);
    std::nth_element(answers.begin(), quartile, answers.end());
    // One is chance.
    const double lost = resent < 2 ? 0 : static_cast<double>(resent) / static_cast<double>(resent + answers.size());
    const double excess = std::max(0.0, lost - usual_loss);
    return *quartile + std::chrono::duration_cast<Duration>(excess * std::chrono::duration<double>(resend_time));
}

AdaptiveLimit::AdaptiveLimit(std::size_t start, std::size_t ceiling)
    : ceiling_{std::max<std::size_t>(1, ceiling)},
      least_{std::min(ceiling_, least_by_latency)},
      limit_{std::clamp<std::size_t>(start, 1, ceiling_)} {}

std::optional<std::string> AdaptiveLimit::add(const LoadSample& sample) {
    if (sample.round < valid_from_) return std::nullopt;
    if (sample.kind == LoadSample::Kind::exhausted) return halve();
    if (sample.kind == LoadSample::Kind::resent) {  // its round is long over: it was late by a second
        ++window_.resent;
        return std::nullopt;
    }
    if (sample.round != round_) return std::nullopt;
    window_.most_in_flight = std::max(window_.most_in_flight, sample.in_flight);
    if (sample.kind == LoadSample::Kind::answered)
        window_.answers.push_back(sample.latency);
    else
        ++window_.silent;
    const auto wanted = std::clamp(limit_ / 2, fewest_answers, most_answers);
    return std::max(window_.answers.size(), window_.silent) < wanted ? std::nullopt : end_round();
}

AdaptiveLimit::Reason AdaptiveLimit::end_round() {
    auto window = std::exchange(window_, {});
    const auto least = window.answers.empty() ? Duration{} : *std::ranges::min_element(window.answers);
    const auto delay = window.delay();
    const bool bound = window.most_in_flight * 8 >= limit_ * 7;  // else it was not the limit that held attempts back
    // Silence is the servers' state, not our load: it speaks neither for nor against.
    if (!delay) return bound ? grow(delay) : std::nullopt;
    const auto reached = std::min(limit_, window.most_in_flight);
    if (const auto test = std::exchange(test_, std::nullopt)) return conclude_test(*test, *delay, reached);
    // The start may be too many already: its least answer has waited for nobody.
    base_ = base_ == Duration::max() ? least : std::min(base_, (base_ + *delay) / 2);
    const auto now = mood(*delay);
    if (now == Mood::pressed && !std::exchange(doubted_, true)) {
        change(limit_);  // once more, by attempts that begin when the queue has its full length
        return std::nullopt;
    }
    doubted_ = false;
    if (now == Mood::pressed) return shrink(*delay, reached);
    return now == Mood::calm && bound ? grow(delay) : std::nullopt;
}

// A queue of ours shrinks with what is in flight; half of that counts. What does not move is not ours.
AdaptiveLimit::Reason AdaptiveLimit::conclude_test(const Test& test, Duration delay, std::size_t reached) {
    const auto expected = std::chrono::duration<double, Duration::period>(test.delay) * ((1 + test.factor) / 2);
    if (delay > expected) {
        base_ = delay;
        doubling_ = test.doubling;
        change(test.limit);
        return "as slow with fewer, " + readable(delay) + ": these servers are farther";
    }
    doubling_ = false;
    return mood(delay) == Mood::pressed ? shrink(delay, reached) : std::nullopt;
}

AdaptiveLimit::Reason AdaptiveLimit::grow(std::optional<Duration> delay) {
    const auto more = std::min(ceiling_, limit_ + (doubling_ ? limit_ : step(limit_)));
    if (more == limit_) return std::nullopt;
    change(more);
    return delay ? "answers within " + readable(*delay) + ", as fast as with fewer" : "no answers, so none is delayed";
}

// By half, so that the effect stands out.
AdaptiveLimit::Reason AdaptiveLimit::shrink(Duration delay, std::size_t reached) {
    const auto fewer = std::max(least_, reached / 2);
    if (fewer >= reached) {  // no room for a test: with so few, this is what the servers take
        base_ = delay;
        return std::nullopt;
    }
    test_ = Test{delay, limit_, static_cast<double>(fewer) / static_cast<double>(reached), doubling_};
    change(fewer);
    return "answers take " + readable(delay) + " instead of " + readable(base_);
}

AdaptiveLimit::Reason AdaptiveLimit::halve() {
    doubling_ = false;
    test_.reset();
    if (limit_ == 1) return std::nullopt;
    change(limit_ / 2);
    return "this machine has no descriptor, port or memory for more";
}

AdaptiveLimit::Mood AdaptiveLimit::mood(Duration delay) const noexcept {
    if (delay <= calm_until(base_)) return Mood::calm;
    return delay > pressed_from(base_) ? Mood::pressed : Mood::steady;
}

void AdaptiveLimit::change(std::size_t limit) {
    ++round_;
    if (limit < limit_) valid_from_ = round_;
    limit_ = limit;
    window_ = {};
}

}  // namespace connprobe::engine
