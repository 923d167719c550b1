// All that crosses threads while a run goes on: the next target, the places, the reason to stop, and the events out.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "connprobe/prober.hpp"
#include "engine/adaptive_limit.hpp"
#include "net/socket_count.hpp"
#include "net/time.hpp"

namespace connprobe::engine {

/// The places: at most `limit` attempts are in flight at any instant, over all threads; more for as long as it takes those
/// to end that had begun when the limit shrank. A thread that finds no place is
/// parked; whoever frees one wakes the next parked thread, in turn. No lock is taken.
class Permits {
public:
    using Wake = std::function<void(std::size_t thread)>;

    Permits(std::size_t limit, std::size_t threads, Wake wake)
        : wake_{std::move(wake)}, limit_{limit}, parked_(threads) {}

    /// False: this thread is parked and will be woken to try again.
    [[nodiscard]] bool acquire(std::size_t thread);
    void release();

    /// Passes a wake-up on: the thread that got it has nothing to start.
    void wake_next();

    /// From now on. A place more wakes every parked thread.
    void set_limit(std::size_t limit);

    /// This thread starts nothing any more: a wake-up that it has got, or would get, is another one's.
    void retire(std::size_t thread);

    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_.load(); }
    [[nodiscard]] std::size_t peak() const noexcept { return peak_.load(); }

private:
    [[nodiscard]] bool take();

    const Wake wake_;
    std::atomic<std::size_t> limit_, in_flight_{0}, peak_{0}, parked_count_{0}, turn_{0};
    std::vector<std::atomic<bool>> parked_;
};

/// How many places there are: constant, or (auto) as what the attempts show of the load has it.
class Pace {
public:
    Pace(Permits& permits, std::optional<AdaptiveLimit> limit);

    [[nodiscard]] bool adapts() const noexcept { return limit_.has_value(); }
    [[nodiscard]] std::uint64_t round() const noexcept { return round_.load(std::memory_order_relaxed); }

    /// Takes a batch in, under one lock, and empties it. Says so when the limit has changed by a quarter or more since it
    /// last did.
    [[nodiscard]] std::optional<LimitChanged> take(std::vector<LoadSample>& samples);

private:
    Permits& permits_;
    std::mutex mutex_;
    std::optional<AdaptiveLimit> limit_;
    std::size_t told_ = 0;
    std::atomic<std::uint64_t> round_{0};
};

/// Events on their way from the io threads to the thread that called Prober::run.
class Mailbox {
public:
    void push(std::vector<Event>& events);  ///< takes them; the vector comes back empty
    void close();                           ///< no io thread is left

    /// Waits until there are events (a few milliseconds longer, so that many come at once), the box is closed, or `until`.
    /// False when it is closed and empty.
    [[nodiscard]] bool take(std::vector<Event>& events, net::TimePoint until);

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Event> events_;
    bool closed_ = false;
};

/// One run. Everything else in it is constant while threads run.
struct Shared {
    Shared(std::span<const Target> all, const ProberOptions& with, std::size_t concurrent, std::size_t thread_count,
           Permits::Wake wake);

    /// The index of the next target that nobody has begun, in the order of the list.
    [[nodiscard]] std::optional<std::size_t> next_target() noexcept {
        const auto index = next_.fetch_add(1, std::memory_order_relaxed);
        if (index < targets.size()) return index;
        return std::nullopt;
    }
    [[nodiscard]] bool exhausted() const noexcept { return next_.load(std::memory_order_relaxed) >= targets.size(); }

    [[nodiscard]] RunEnd ending() const noexcept { return ending_.load(); }
    /// The first reason stays; true for who gave it.
    bool end(RunEnd reason) noexcept {
        auto none = RunEnd::completed;
        return ending_.compare_exchange_strong(none, reason);
    }

    const std::span<const Target> targets;
    const ProberOptions& options;
    net::TimePoint started;
    net::TimePoint deadline = net::TimePoint::max();
    Permits permits;
    Pace pace;
    net::SocketCount sockets;
    Mailbox mailbox;

private:
    std::atomic<std::size_t> next_{0};
    std::atomic<RunEnd> ending_{RunEnd::completed};
};

}  // namespace connprobe::engine
