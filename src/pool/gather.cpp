#include "pool/gather.hpp"

#include "pool/server.hpp"

namespace connprobe::pool {

Failure pools_closed() { return make_failure(std::nullopt, Code::interrupted, "the pools are closed"); }

void Gather::begin(const std::vector<std::shared_ptr<Server>>& servers, Duration timeout) {
    all_.resize(servers.size());
    missing_ = servers.size() + 1;
    const auto now = net::Clock::now();
    for (std::size_t index = 0; index < servers.size(); ++index) {
        const auto waiting = std::make_shared<Waiting>();
        waiting->completion = std::make_unique<Part<Acquired>>(
            [self = shared_from_this(), index](Acquired acquired) { self->arrived(index, std::move(acquired)); });
        waiting->timeout = timeout;
        waiting->asked = now;
        waiting_.push_back(waiting);
        if (!servers[index])
            waiting->fail(pools_closed());
        else if (cancelled_)
            waiting->cancel();
        else
            servers[index]->enqueue(waiting);
    }
    if (--missing_ == 0) completion_->post(std::move(all_));
}

void Gather::cancel() {
    cancelled_ = true;
    for (const auto& one : waiting_)
        if (const auto waiting = one.lock()) waiting->cancel();
}

void Gather::arrived(std::size_t index, Acquired acquired) {
    all_[index] = std::move(acquired);
    if (--missing_ == 0) completion_->post(std::move(all_));
}

}  // namespace connprobe::pool
