// How many sockets of targets are open, over all threads.
#pragma once

#include <atomic>
#include <cstddef>

namespace connprobe::net {

/// Sockets of targets that are open now and at most, over all threads.
class SocketCount {
public:
    void opened() noexcept {
        const auto now = open_.fetch_add(1) + 1;
        auto peak = peak_.load(std::memory_order_relaxed);
        while (now > peak && !peak_.compare_exchange_weak(peak, now)) {
        }
    }
    void closed() noexcept { open_.fetch_sub(1); }
    [[nodiscard]] std::size_t open() const noexcept { return open_.load(); }
    [[nodiscard]] std::size_t peak() const noexcept { return peak_.load(); }

private:
    std::atomic<std::size_t> open_{0}, peak_{0};
};

}  // namespace connprobe::net
