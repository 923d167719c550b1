#include "os/signals.hpp"

#include <pthread.h>
#include <unistd.h>

#include <initializer_list>

namespace connprobe::os {
namespace {

sigset_t set_of(std::initializer_list<int> signals) noexcept {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals) sigaddset(&set, signal);
    return set;
}

sigset_t signals_of(SignalWatch::Of whom) noexcept {
    switch (whom) {
        case SignalWatch::Of::run: break;
        case SignalWatch::Of::hold: return set_of({SIGINT, SIGTERM, SIGHUP});
        case SignalWatch::Of::program: return set_of({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2});
    }
    return set_of({SIGINT, SIGTERM});
}

/// Does it ask a run to end? The others end the program, as they would had nobody watched.
bool asks_to_end(int signal) noexcept { return signal == SIGINT || signal == SIGTERM || signal == SIGHUP; }

/// Who sits at the terminal has sent it to all of its foreground processes, a process to this one alone.
bool is_of_terminal(const siginfo_t& from) noexcept { return from.si_code == SI_KERNEL; }

/// A shell ignores SIGINT for what it starts in the background, nohup and its kin for others: that is to be respected,
/// but sigwaitinfo reports a blocked signal also when it is ignored.
bool ignored(int signal) noexcept {
    struct sigaction action{};
    return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

SignalWatch::SignalWatch(Of whom) : watched_{signals_of(whom)} {
    sigset_t blocked = watched_;
    sigaddset(&blocked, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &blocked, &before_);
    sigaddset(&before_, SIGPIPE);
    waiter_ = std::jthread([this](const std::stop_token& ended) { wait(ended); });
}

SignalWatch::~SignalWatch() {
    end_waiter();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool SignalWatch::hand_over(const std::function<pid_t()>& start) {
    const std::lock_guard lock{handing_over_};
    if (caught_ != 0) return false;
    passed_to_ = start();
    return true;
}

void SignalWatch::take_back() {
    const std::lock_guard lock{handing_over_};
    passed_to_ = 0;
}

int SignalWatch::finish() {
    end_waiter();
    if (caught_ != 0) return caught_;
    sigset_t pending;
    sigpending(&pending);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        const bool came = sigismember(&pending, signal) == 1 && sigismember(&watched_, signal) == 1;
        if (came && !ignored(signal)) return signal;
    }
    return 0;
}

void SignalWatch::end_waiter() {
    if (!waiter_.joinable()) return;
    waiter_.request_stop();
    pthread_kill(waiter_.native_handle(), SIGTERM);  // wakes it; a signal to one thread is not seen by the others
    waiter_.join();
}

void SignalWatch::wait(const std::stop_token& ended) {
    while (true) {
        siginfo_t from{};
        const int signal = sigwaitinfo(&watched_, &from);
        // Somebody else's signal may come in the same moment as the one that wakes this thread.
        if (ended.stop_requested() && from.si_pid == getpid()) return;
        if (signal >= 0 && !ignored(signal)) take(signal, from);
    }
}

void SignalWatch::take(int signal, const siginfo_t& from) {
    const std::lock_guard lock{handing_over_};
    if (passed_to_ != 0) {
        if (!is_of_terminal(from)) ::kill(passed_to_, signal);
        return;
    }
    if (caught_ != 0 || !asks_to_end(signal)) end_by_signal(signal);
    caught_ = signal;
    stop_.request_stop();
}

void end_by_signal(int signal) noexcept {
    struct sigaction action{};
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, nullptr);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    raise(signal);
    _exit(128 + signal);  // process 1 of a container survives what has no handler
}

}  // namespace connprobe::os
