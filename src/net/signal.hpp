// Lets one coroutine wait until another part of the same thread calls it: an answer has come, a race has moved on.
#pragma once

#include <asio/basic_waitable_timer.hpp>

#include "net/loop.hpp"

namespace connprobe::net {

/// For one waiting coroutine at a time. A notification that comes while nobody waits is kept for the next wait.
class Signal {
public:
    explicit Signal(Loop& loop) : loop_{loop}, timer_{loop.context} {}

    void notify() {
        notified_ = true;
        timer_.cancel();
    }
    [[nodiscard]] Task<Waited> wait(TimePoint until);

private:
    Loop& loop_;
    asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> timer_;
    bool notified_ = false;
};

}  // namespace connprobe::net
