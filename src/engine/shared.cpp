#include "engine/shared.hpp"

#include <algorithm>
#include <iterator>

#include "engine/limits.hpp"

namespace connprobe::engine {

namespace {

constexpr std::size_t full_batch = 256;
constexpr std::chrono::milliseconds batch_time{5};

}  // namespace

bool Permits::take() {
    auto now = in_flight_.load();
    do {
        if (now >= limit_.load()) return false;
    } while (!in_flight_.compare_exchange_weak(now, now + 1));
    auto peak = peak_.load();
    while (now + 1 > peak && !peak_.compare_exchange_weak(peak, now + 1)) {
    }
    return true;
}

bool Permits::acquire(std::size_t thread) {
    if (take()) return true;
    if (!parked_[thread].exchange(true)) ++parked_count_;
    // A place may have been freed before this thread was seen to be parked.
    if (!take()) return false;
    if (parked_[thread].exchange(false)) --parked_count_;
    return true;
}

void Permits::release() {
    if (--in_flight_ < limit_) wake_next();
}

void Permits::set_limit(std::size_t limit) {
    const auto before = limit_.exchange(limit);
    if (limit > before)
        for (std::size_t i = 0; i < parked_.size(); ++i) wake_next();
}

void Permits::wake_next() {
    if (parked_count_ == 0) return;
    const auto first = ++turn_;
    for (std::size_t i = 0; i < parked_.size(); ++i) {
        const auto thread = (first + i) % parked_.size();
        if (!parked_[thread].exchange(false)) continue;
        --parked_count_;
        wake_(thread);
        return;
    }
}

void Permits::retire(std::size_t thread) {
    if (parked_[thread].exchange(false))
        --parked_count_;
    else
        wake_next();
}

Pace::Pace(Permits& permits, std::optional<AdaptiveLimit> limit) : permits_{permits}, limit_{std::move(limit)} {
    if (limit_) told_ = limit_->limit();
}

std::optional<LimitChanged> Pace::take(std::vector<LoadSample>& samples) {
    const std::lock_guard lock{mutex_};
    std::optional<std::string> why;
    for (const auto& sample : samples)
        if (auto reason = limit_->add(sample)) why = std::move(reason);
    samples.clear();
    round_.store(limit_->round(), std::memory_order_relaxed);
    if (!why) return std::nullopt;
    const auto limit = limit_->limit();
    permits_.set_limit(limit);
    if (limit * 4 < told_ * 5 && limit * 4 > told_ * 3) return std::nullopt;
    told_ = limit;
    return LimitChanged{limit, std::move(*why)};
}

Shared::Shared(std::span<const Target> all, const ProberOptions& with, std::size_t concurrent, std::size_t thread_count,
               Permits::Wake wake)
    : targets{all},
      options{with},
      permits{with.max_concurrent == 0 ? std::min(concurrent, first_concurrency) : concurrent, thread_count,
              std::move(wake)},
      pace{permits, with.max_concurrent == 0
                        ? std::optional<AdaptiveLimit>{std::in_place, first_concurrency, concurrent}
                        : std::nullopt} {}

void Mailbox::push(std::vector<Event>& events) {
    bool wake = false;
    {
        const std::lock_guard lock{mutex_};
        wake = events_.empty() || (events_.size() < full_batch && events_.size() + events.size() >= full_batch);
        if (events_.empty())
            std::swap(events_, events);
        else
            events_.insert(events_.end(), std::make_move_iterator(events.begin()),
                           std::make_move_iterator(events.end()));
    }
    events.clear();
    if (wake) changed_.notify_one();
}

void Mailbox::close() {
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    changed_.notify_one();
}

bool Mailbox::take(std::vector<Event>& events, net::TimePoint until) {
    events.clear();
    std::unique_lock lock{mutex_};
    changed_.wait_until(lock, until, [&] { return closed_ || !events_.empty(); });
    const auto batch_end = std::min(until, net::Clock::now() + batch_time);
    if (!events_.empty()) changed_.wait_until(lock, batch_end, [&] { return closed_ || events_.size() >= full_batch; });
    std::swap(events, events_);
    return !events.empty() || !closed_;
}

}  // namespace connprobe::engine
