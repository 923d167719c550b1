#include "net/signal.hpp"

#include <utility>

namespace connprobe::net {

Task<Waited> Signal::wait(TimePoint until) {
    if (loop_.deadlines.cancelled()) co_return Waited::cancelled;
    if (std::exchange(notified_, false)) co_return Waited::ready;
    const Deadlines::Entry entry{loop_.deadlines, until, [this] { timer_.cancel(); }};
    std::error_code ignored;
    timer_.expires_at(TimePoint::max());
    co_await timer_.async_wait(asio::redirect_error(use_task, ignored));
    if (entry.state() == Waited::cancelled) co_return Waited::cancelled;
    if (std::exchange(notified_, false)) co_return Waited::ready;
    co_return entry.state();
}

}  // namespace connprobe::net
