// What one io thread has for all its connections: its io_context, its deadlines, and the count of open sockets.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <atomic>
#include <chrono>
#include <cstddef>

#include "net/deadlines.hpp"

namespace connprobe::net {

/// The executor's type is spelled out, not erased: a type-erased one costs a tenth of a whole connection.
using Executor = asio::io_context::executor_type;

template <class T>
using Task = asio::awaitable<T, Executor>;

inline constexpr asio::use_awaitable_t<Executor> use_task{};

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

/// Belongs to one thread; only the socket count is shared.
struct Loop {
    explicit Loop(SocketCount& count) : context{1}, deadlines{context}, sockets{count} {}

    asio::io_context context;
    Deadlines deadlines;
    SocketCount& sockets;
};

}  // namespace connprobe::net
