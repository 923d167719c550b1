#include "pool/starts.hpp"

#include <utility>

#include "connprobe/pool/completion.hpp"  // asio::post

namespace connprobe::pool {

void Starts::add(std::function<void()> start) {
    auto queue = queue_.lock();
    if (!queue) {
        queue = std::make_shared<Queue>();
        queue_ = queue;
        asio::post(executor_, [executor = executor_, queue] { turn(executor, queue); });
    }
    queue->push_back(std::move(start));
}

void Starts::turn(const net::Executor& executor, const std::shared_ptr<Queue>& queue) {
    for (int started = 0; started < per_turn && !queue->empty(); ++started) {
        const auto start = std::move(queue->front());
        queue->pop_front();
        start();
    }
    if (!queue->empty()) asio::post(executor, [executor, queue] { turn(executor, queue); });
}

}  // namespace connprobe::pool
