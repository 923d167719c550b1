#include "engine/crew.hpp"

#include <pthread.h>

#include <csignal>
#include <system_error>

namespace connprobe::engine {

namespace {

// OpenSSL writes with write(2), which raises SIGPIPE when the peer has gone; and signals are for the program's threads.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_{};
};

}  // namespace

Crew::Crew(std::span<const Target> targets, const ProberOptions& options, net::Authorities& authorities,
           std::size_t concurrent, std::size_t count)
    : shared_{targets, options, concurrent, count, [this](std::size_t thread) { threads_[thread]->wake(); }},
      names_{options.resolver, count},
      authorities_{authorities},
      bugs_(count) {}

std::string Crew::start() {
    const SignalsBlocked blocked;
    running_ = bugs_.size();
    try {
        for (std::size_t id = 0; id < bugs_.size(); ++id)
            threads_.push_back(std::make_unique<IoThread>(id, shared_, names_, authorities_));
        for (std::size_t id = 0; id < bugs_.size(); ++id) workers_.emplace_back([this, id] { work(id); });
    } catch (const std::system_error& error) {
        return error.what();
    }
    return {};
}

void Crew::end(RunEnd reason) {
    if (!shared_.end(reason)) return;
    for (auto& thread : threads_) thread->wake();
}

void Crew::join() {
    workers_.clear();
    for (const auto& bug : bugs_)
        if (bug) std::rethrow_exception(bug);
}

void Crew::work(std::size_t id) {
    try {
        threads_[id]->run();
    } catch (...) {
        bugs_[id] = std::current_exception();
        end(RunEnd::signal);
    }
    if (--running_ == 0) shared_.mailbox.close();
}

}  // namespace connprobe::engine
