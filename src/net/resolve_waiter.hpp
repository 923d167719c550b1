// A coroutine that waits for news of a name, wherever they come from.
#pragma once

#include <asio/post.hpp>
#include <memory>

#include "net/signal.hpp"

namespace connprobe::net {

/// Shared with everybody who may wake it. `signal` belongs to the thread of the loop; `wake` may be called from any
/// thread that knows the loop to be still there.
class Waiter : public std::enable_shared_from_this<Waiter> {
public:
    explicit Waiter(Loop& loop) : signal{loop}, loop_{loop} {}

    void wake() {
        asio::post(loop_.context, [self = shared_from_this()] { self->signal.notify(); });
    }

    Signal signal;

private:
    Loop& loop_;
};

}  // namespace connprobe::net
