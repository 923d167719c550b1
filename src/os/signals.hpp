// SIGINT and SIGTERM while servers are probed: the first asks the run to end, the second ends the program at once.
#pragma once

#include <csignal>

#include <atomic>
#include <stop_token>
#include <thread>

namespace connprobe::os {

/// From its construction on SIGINT and SIGTERM are blocked in this thread and in all that it starts, and a thread of
/// its own waits for them. SIGPIPE is blocked too and stays so: who writes sees EPIPE.
class SignalWatch {
public:
    SignalWatch();
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    /// Stop is requested with the first signal.
    [[nodiscard]] std::stop_token token() const noexcept { return stop_.get_token(); }

    /// The first signal that came, 0 if none did.
    [[nodiscard]] int caught() const noexcept { return caught_.load(); }

    /// Watches no longer, and leaves the signals blocked: none gets lost between this answer and what follows. Returns
    /// the first signal that came, 0 if none did.
    [[nodiscard]] int finish();

private:
    void wait(const std::stop_token& ended);
    void end_waiter();

    std::stop_source stop_;
    std::atomic<int> caught_ = 0;
    sigset_t before_{};
    std::jthread waiter_;
};

/// Ends the program as if nobody had caught the signal, so that a shell sees by what it ended.
[[noreturn]] void end_by_signal(int signal) noexcept;

}  // namespace connprobe::os
