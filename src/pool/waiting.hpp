// Somebody who has asked for a connection: how to tell them, and how they change their mind.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "connprobe/pool/connection.hpp"
#include "net/loop.hpp"
#include "pool/machine.hpp"

namespace connprobe::pool {

class Server;

/// After its making it belongs to the pool's thread.
struct Waiting {
    using Completion = detail::Completion<Acquired>;

    std::unique_ptr<Completion> completion;  ///< none when it is over
    Duration timeout{};                      ///< 0: none
    net::TimePoint asked{};
    std::weak_ptr<Server> server{};  ///< whom it waits for; nobody before it has reached the pool's thread
    WaiterId id = 0;

    /// Ends it with a failure, if it is not over.
    void fail(Failure failure);
    /// Gives up waiting.
    void cancel();
};

/// Brings an acquisition to the pool's thread, from any: there `begin` is called, unless it has been cancelled.
void start_waiting(const net::Executor& pool, Duration timeout, std::unique_ptr<Waiting::Completion> completion,
                   std::function<void(const std::shared_ptr<Waiting>&)> begin);

}  // namespace connprobe::pool
