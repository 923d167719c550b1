// One io thread: starts attempts while there are places, waits for their ends, and for the time of the next ones.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/job.hpp"
#include "engine/names.hpp"
#include "engine/probe.hpp"
#include "engine/schedule.hpp"
#include "engine/shared.hpp"
#include "net/loop.hpp"
#include "net/tls_contexts.hpp"
#include "net/tls_sessions.hpp"

namespace connprobe::engine {

/// A target stays with the thread that began it. All but `wake` belongs to the thread that calls `run`.
class IoThread {
public:
    IoThread(std::size_t id, Shared& shared, Names& names, net::Authorities& authorities);

    /// Returns when no target is left for this thread and its last one has its verdict.
    void run();

    /// From any thread: look again for work, for a place, and whether the run is ending.
    void wake();

private:
    using JobPtr = std::unique_ptr<Job>;

    void next_turn();  ///< `turn`, soon, once
    void turn();       ///< what is done between two batches of completions
    void start_some();
    [[nodiscard]] bool has_work(net::TimePoint now) const;
    [[nodiscard]] JobPtr next_job(net::TimePoint now);
    void start(JobPtr job);
    [[nodiscard]] net::Task<void> attempt(JobPtr job);
    void note_load(const Outcome& outcome, std::uint64_t round);
    void report_load();
    void tell(std::size_t index, const Target& target, Outcome& outcome);
    void after_attempt(JobPtr job);
    void go_on(JobPtr job, Duration wait);
    void finish(JobPtr job, std::optional<StoppedBy> reason);
    void cut_waiting();
    void sleep_until_due();
    void emit(Event event);

    const std::size_t id_;
    Shared& shared_;
    asio::io_context context_{1};
    net::Loop loop_{context_, shared_.sockets};
    Lookups lookups_;
    net::TlsSessions sessions_;
    net::TlsContexts contexts_;
    Schedule<JobPtr> waiting_;
    std::size_t in_flight_ = 0;
    std::vector<Event> events_;
    std::vector<LoadSample> samples_;
    bool turn_posted_ = false;
    bool done_ = false;
    asio::basic_waitable_timer<net::Clock, asio::wait_traits<net::Clock>, net::Executor> due_timer_;
    net::TimePoint due_armed_ = net::TimePoint::max();
};

}  // namespace connprobe::engine
