#include "connprobe/prober.hpp"

#include <pthread.h>

#include <csignal>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "engine/faults.hpp"
#include "engine/io_thread.hpp"
#include "engine/limits.hpp"
#include "engine/machine.hpp"

namespace connprobe {

namespace {

using engine::IoThread;
using engine::Shared;
using net::Clock;

constexpr std::chrono::milliseconds tick{100};

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

// The io threads of one run: started together, woken together, and gone when this is.
class Crew {
public:
    Crew(std::span<const Target> targets, const ProberOptions& options, net::Authorities& authorities,
         std::size_t concurrent, std::size_t count)
        : shared_{targets, options, concurrent, count, [this](std::size_t thread) { threads_[thread]->wake(); }},
          names_{options.resolver},
          authorities_{authorities},
          bugs_(count) {}
    ~Crew() { end(RunEnd::signal); }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    [[nodiscard]] Shared& shared() noexcept { return shared_; }
    [[nodiscard]] const engine::Names& names() const noexcept { return names_; }

    // What this machine said when it had no descriptor or thread left; empty if all went well.
    [[nodiscard]] std::string start() {
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

    void end(RunEnd reason) {
        if (!shared_.end(reason)) return;
        for (auto& thread : threads_) thread->wake();
    }

    // Every server has its verdict; that may still be on its way to the listener.
    [[nodiscard]] bool finished() const noexcept { return running_ == 0; }

    // Throws what a thread has thrown: a bug.
    void join() {
        workers_.clear();
        for (const auto& bug : bugs_)
            if (bug) std::rethrow_exception(bug);
    }

private:
    void work(std::size_t id) {
        try {
            threads_[id]->run();
        } catch (...) {
            bugs_[id] = std::current_exception();
            end(RunEnd::signal);
        }
        if (--running_ == 0) shared_.mailbox.close();
    }

    Shared shared_;
    engine::Names names_;
    net::Authorities& authorities_;
    std::vector<std::unique_ptr<IoThread>> threads_;
    std::vector<std::exception_ptr> bugs_;
    std::atomic<std::size_t> running_{0};
    std::vector<std::jthread> workers_;  // last: joined before what they use goes
};

// The side of the caller: hands events on, keeps count, and ends the run when its time has come or nothing can be won.
class Reader {
public:
    Reader(Crew& crew, const ProberOptions& options, const std::function<void(Event&&)>& on_event)
        : crew_{crew}, shared_{crew.shared()}, on_event_{on_event}, options_{options} {
        required_ = options.required.of(shared_.targets.size());
        if (options.end_when_decided && required_ == 0) crew_.end(RunEnd::enough);
    }

    void read_all() {
        std::vector<Event> events;
        while (shared_.mailbox.take(events, next_look())) {
            for (auto& event : events) hand_on(std::move(event));
            if (!crew_.finished() && Clock::now() >= shared_.deadline) crew_.end(RunEnd::deadline);
            tell_ending();
            on_event_(Tick{elapsed(), shared_.permits.in_flight()});
        }
    }

    // Those that nobody had begun when the run ended.
    void conclude_rest() {
        tell_ending();
        while (const auto index = shared_.next_target())
            hand_on(Finished{engine::Job{*index, shared_.targets[*index]}.conclude(
                options_.goal, engine::stopped_by(shared_.ending()), Clock::now(),
                engine::cut_failure(shared_.ending(), std::nullopt, options_))});
    }

    [[nodiscard]] Summary summary() const {
        auto summary = tally_.summary(required_, shared_.ending());
        summary.elapsed = elapsed();
        summary.peak_concurrent = shared_.permits.peak();
        summary.peak_sockets = shared_.sockets.peak();
        return summary;
    }

private:
    void hand_on(Event&& event) {
        if (const auto* finished = std::get_if<Finished>(&event)) count(finished->result);
        on_event_(std::move(event));
    }

    void count(const Result& result) {
        tally_.add(result);
        ++(reached(result, options_.goal) ? reached_ : missed_);
        const bool lost = missed_ + required_ > shared_.targets.size();
        if (lost && (options_.fail_fast || options_.end_when_decided)) crew_.end(RunEnd::fail_fast);
        if (options_.end_when_decided && reached_ >= required_ && reached_ + missed_ < shared_.targets.size())
            crew_.end(RunEnd::enough);
    }

    void tell_ending() {
        if (shared_.ending() != RunEnd::completed && !std::exchange(told_, true)) on_event_(Stopped{shared_.ending()});
    }

    [[nodiscard]] net::TimePoint next_look() const {
        const auto soon = Clock::now() + tick;
        return shared_.ending() == RunEnd::completed ? std::min(soon, shared_.deadline) : soon;
    }
    [[nodiscard]] Duration elapsed() const {
        return std::chrono::duration_cast<Duration>(Clock::now() - shared_.started);
    }

    Crew& crew_;
    Shared& shared_;
    const std::function<void(Event&&)>& on_event_;
    const ProberOptions& options_;
    std::size_t required_ = 0, reached_ = 0, missed_ = 0;
    Tally tally_{options_.goal};
    bool told_ = false;
};

}  // namespace

RunOutcome Prober::run(std::span<const Target> targets, const ProberOptions& options,
                       const std::function<void(Event&&)>& on_event, const std::stop_token& stop) {
    RunOutcome outcome;
    net::Authorities authorities;
    outcome.errors = engine::faults(targets, options, authorities);
    if (!outcome.errors.empty()) return outcome;

    const auto concurrent = engine::concurrency(options.max_concurrent, targets.size(),
                                                {engine::descriptor_limit(), engine::available_memory()});
    const auto threads =
        engine::threads(options.threads, targets.size(), std::thread::hardware_concurrency(), concurrent);
    Crew crew{targets, options, authorities, concurrent, threads};
    auto& shared = crew.shared();
    RunInfo run{.started_at = std::chrono::system_clock::now(),
                .resolver = std::string{crew.names().resolver()},
                .servers = targets.size(),
                .max_concurrent = concurrent,
                .threads = threads};
    shared.started = Clock::now();
    if (options.deadline.count() > 0) shared.deadline = net::later(shared.started, options.deadline);
    on_event(RunStarted{std::move(run)});

    outcome.fault = crew.start();
    if (!outcome.fault.empty()) return outcome;
    const std::stop_callback on_stop{stop, [&crew] { crew.end(RunEnd::signal); }};
    Reader reader{crew, options, on_event};
    reader.read_all();
    crew.join();
    reader.conclude_rest();
    outcome.end = shared.ending();
    outcome.summary = reader.summary();
    return outcome;
}

}  // namespace connprobe
