// The metrics of a pool as any thread may read them.
#pragma once

#include <atomic>

#include "connprobe/pool/events.hpp"

namespace connprobe::pool {

/// Written by the pool's thread. Each number is right; two of them may be of different moments.
class Numbers {
public:
    void store(const PoolMetrics& metrics) noexcept;
    [[nodiscard]] PoolMetrics load() const noexcept;

private:
    std::atomic<std::size_t> open_{0}, idle_{0}, in_use_{0}, opening_{0}, waiting_{0};
    std::atomic<std::uint64_t> acquired_{0}, timed_out_{0}, created_{0}, open_failed_{0}, lost_{0}, closed_{0};
    std::atomic<Duration::rep> waiting_time_{0}, longest_wait_{0};
};

}  // namespace connprobe::pool
