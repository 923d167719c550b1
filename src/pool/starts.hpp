// Begins a few openings a turn of the loop, so that what comes of them is seen in between.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "net/loop.hpp"

namespace connprobe::pool {

/// Thousands begun in one go would all have their state in memory at the same time, and what stays of each would lie so
/// far apart that the rest could not be given back; their latencies would count the others' beginnings, too. Belongs to
/// the thread that runs the io_context.
class Starts {
public:
    static constexpr int per_turn = 4;

    explicit Starts(const net::Executor& executor) : executor_{executor} {}

    /// `start` is called in one of the next turns: first come, first served.
    void add(std::function<void()> start);

private:
    using Queue = std::deque<std::function<void()>>;

    static void turn(const net::Executor& executor, const std::shared_ptr<Queue>& queue);

    net::Executor executor_;
    std::weak_ptr<Queue> queue_;  ///< the next turn has it: with the io_context goes what has not begun
};

}  // namespace connprobe::pool
