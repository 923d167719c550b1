#include "pool/numbers.hpp"

namespace connprobe::pool {

namespace {

constexpr auto relaxed = std::memory_order_relaxed;

}  // namespace

void Numbers::store(const PoolMetrics& metrics) noexcept {
    open_.store(metrics.open, relaxed);
    idle_.store(metrics.idle, relaxed);
    in_use_.store(metrics.in_use, relaxed);
    opening_.store(metrics.opening, relaxed);
    waiting_.store(metrics.waiting, relaxed);
    acquired_.store(metrics.acquired, relaxed);
    timed_out_.store(metrics.timed_out, relaxed);
    created_.store(metrics.created, relaxed);
    open_failed_.store(metrics.open_failed, relaxed);
    lost_.store(metrics.lost, relaxed);
    closed_.store(metrics.closed, relaxed);
    waiting_time_.store(metrics.waiting_time.count(), relaxed);
    longest_wait_.store(metrics.longest_wait.count(), relaxed);
}

PoolMetrics Numbers::load() const noexcept {
    return {.open = open_.load(relaxed),
            .idle = idle_.load(relaxed),
            .in_use = in_use_.load(relaxed),
            .opening = opening_.load(relaxed),
            .waiting = waiting_.load(relaxed),
            .acquired = acquired_.load(relaxed),
            .timed_out = timed_out_.load(relaxed),
            .created = created_.load(relaxed),
            .open_failed = open_failed_.load(relaxed),
            .lost = lost_.load(relaxed),
            .closed = closed_.load(relaxed),
            .waiting_time = Duration{waiting_time_.load(relaxed)},
            .longest_wait = Duration{longest_wait_.load(relaxed)}};
}

}  // namespace connprobe::pool
