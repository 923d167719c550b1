#include "pool/waiting.hpp"

#include <utility>

#include "pool/server.hpp"

namespace connprobe::pool {

void Waiting::fail(Failure failure) {
    if (!completion) return;
    server.reset();
    std::exchange(completion, nullptr)->post(Acquired{{}, std::move(failure)});
}

void Waiting::cancel() {
    if (const auto waited_for = server.lock()) waited_for->cancel(id);
    fail(make_failure(std::nullopt, Code::interrupted, "the wait for a connection was cancelled"));
}

void start_waiting(const net::Executor& pool, Duration timeout, std::unique_ptr<Waiting::Completion> completion,
                   std::function<void(const std::shared_ptr<Waiting>&)> begin) {
    const auto waiting = std::make_shared<Waiting>();
    waiting->completion = std::move(completion);
    waiting->timeout = timeout;
    waiting->asked = net::Clock::now();
    waiting->completion->on_cancel([weak = std::weak_ptr{waiting}, pool] {
        asio::post(pool, [weak] {
            if (const auto self = weak.lock()) self->cancel();
        });
    });
    asio::dispatch(pool, [waiting, begin = std::move(begin)] {
        if (waiting->completion) begin(waiting);
    });
}

}  // namespace connprobe::pool
