#include "demo/loop.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iterator>
#include <system_error>
#include <utility>

namespace connprobe::demo {
namespace {

using Step = Connection::Step;

/// Starts a thread that no signal reaches: they are the program's, and OpenSSL's writes must not raise SIGPIPE.
template <typename Body>
std::thread start_without_signals(Body body) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread{std::move(body)};
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

Step first_step(Listener& listener) {
    switch (listener.behaviour) {
        case Behaviour::slow: return Step::dawdle;
        case Behaviour::flapping:
            return std::exchange(listener.breaks_next, !listener.breaks_next) ? Step::break_off : Step::handshake;
        default: break;
    }
    if (!info(listener.behaviour).answer.empty()) return Step::answer;
    return listener.context ? Step::handshake : Step::drain;
}

}  // namespace

Loop::Loop() : wakeup_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
    if (wakeup_.get() < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
    thread_ = start_without_signals([this] { run(); });
}

Loop::~Loop() {
    stopping_ = true;
    wake();
    thread_.join();
}

void Loop::add(Listener listener) {
    {
        const std::lock_guard lock{mutex_};
        added_.push_back(std::move(listener));
    }
    wake();
}

void Loop::wake() const { [[maybe_unused]] const int cannot_overflow = ::eventfd_write(wakeup_.get(), 1); }

void Loop::take_in_added() {
    eventfd_t count = 0;
    [[maybe_unused]] const int may_be_empty = ::eventfd_read(wakeup_.get(), &count);
    const std::lock_guard lock{mutex_};
    std::ranges::move(added_, std::back_inserter(listeners_));
    added_.clear();
}

/// For poll: milliseconds to the first connection that waits for a moment, rounded up; -1 when none does.
int Loop::time_to_sleep() const {
    std::optional<Clock::time_point> first;
    for (const Connection& connection : connections_) {
        if (const auto wakes = connection.wakes(); wakes && (!first || *wakes < *first)) first = wakes;
    }
    if (!first) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*first - Clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

void Loop::accept_all(Listener& listener) {
    for (;;) {
        Descriptor socket{::accept4(listener.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (socket.get() < 0) return;
        connections_.emplace_back(std::move(socket), first_step(listener), listener.context.get(),
                                  info(listener.behaviour).answer);
    }
}

void Loop::run() {
    std::vector<pollfd> watched;
    while (!stopping_) {
        take_in_added();
        watched.assign(1, {wakeup_.get(), POLLIN, 0});
        for (const Listener& listener : listeners_) watched.push_back({listener.socket.get(), POLLIN, 0});
        for (const Connection& connection : connections_)
            watched.push_back({connection.socket(), connection.events(), 0});
        ::poll(watched.data(), watched.size(), time_to_sleep());

        const auto now = Clock::now();
        auto seen = watched.begin() + 1 + static_cast<std::ptrdiff_t>(listeners_.size());
        std::erase_if(connections_, [&](Connection& connection) {
            const bool gone = ((seen++)->revents & (POLLERR | POLLHUP)) != 0;
            return gone || !connection.proceed(now);
        });
        for (Listener& listener : listeners_) accept_all(listener);
    }
}

}  // namespace connprobe::demo
