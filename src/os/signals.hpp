// Signals while servers are probed: the first asks the run to end, the second ends the program at once.
#pragma once

#include <sys/types.h>

#include <csignal>

#include <atomic>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace connprobe::os {

/// From its construction on what it watches is blocked in this thread and in all that it starts, and a thread of its own
/// waits for it. SIGPIPE is blocked too and stays so: who writes sees EPIPE.
class SignalWatch {
public:
    /// For whom it watches, and so which signals.
    enum class Of {
        run,      ///< SIGINT and SIGTERM
        hold,     ///< SIGHUP too: it ends a long hold as it would end any program
        program,  ///< those that people send to a program too (SIGQUIT, SIGUSR1, SIGUSR2), to be passed on to it
    };

    explicit SignalWatch(Of whom = Of::run);
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    /// Stop is requested with the first signal.
    [[nodiscard]] std::stop_token token() const noexcept { return stop_.get_token(); }

    /// As a signal does, without one.
    void request_stop() { stop_.request_stop(); }

    /// Starts a process, unless a signal has come before: whether it did so. The signals that come from then on go to that
    /// process, which then is who ends; what a terminal sent has reached it already. `start` returns 0 if it cannot.
    bool hand_over(const std::function<pid_t()>& start);

    /// The process has ended: the signals are for this one again.
    void take_back();

    /// The first signal that came, 0 if none did.
    [[nodiscard]] int caught() const noexcept { return caught_.load(); }

    /// Watches no longer, and leaves the signals blocked: none gets lost between this answer and what follows. Returns
    /// the first signal that came, 0 if none did.
    [[nodiscard]] int finish();

private:
    void wait(const std::stop_token& ended);
    void take(int signal, const siginfo_t& from);
    void end_waiter();

    std::stop_source stop_;
    std::atomic<int> caught_ = 0;
    std::mutex handing_over_;
    pid_t passed_to_ = 0;
    sigset_t watched_{};
    sigset_t before_{};
    std::jthread waiter_;
};

/// Ends the program as if nobody had caught the signal, so that a shell sees by what it ended.
[[noreturn]] void end_by_signal(int signal) noexcept;

}  // namespace connprobe::os
