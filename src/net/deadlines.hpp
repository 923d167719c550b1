// Every wait of an io thread with the time at which it must end: one timer serves them all.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <functional>
#include <map>

#include "net/time.hpp"

namespace connprobe::net {

/// Belongs to one thread. The timer is re-armed only for an earlier deadline, never for a removed one: most waits end
/// long before their deadline, and re-arming would cost each of them a system call.
class Deadlines {
public:
    /// One wait: calls `end_wait` once, from the event loop, if the time comes or the run ends while it exists.
    /// Removal is by destruction, so that `end_wait` never runs after the wait is over.
    class Entry {
    public:
        Entry(Deadlines& deadlines, TimePoint at, std::function<void()> end_wait);
        ~Entry();
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        /// `ready` as long as neither the time has come nor the run has ended.
        [[nodiscard]] Waited state() const noexcept { return state_; }

    private:
        friend class Deadlines;
        Deadlines& deadlines_;
        std::multimap<TimePoint, Entry*>::iterator place_;
        std::function<void()> end_wait_;
        Waited state_ = Waited::ready;
    };

    explicit Deadlines(asio::io_context& context) : timer_{context} {}

    /// Ends every wait there is as cancelled. Later ones must not begin: who waits asks `cancelled` first.
    void cancel_all();
    [[nodiscard]] bool cancelled() const noexcept { return cancelled_; }

private:
    using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::io_context::executor_type>;

    void arm(TimePoint at);
    void expire_due();
    void fire(std::multimap<TimePoint, Entry*>::iterator place, Waited state);

    Timer timer_;
    std::multimap<TimePoint, Entry*> entries_;
    TimePoint armed_ = TimePoint::max();
    bool cancelled_ = false;
};

}  // namespace connprobe::net
