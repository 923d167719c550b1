#include "engine/io_thread.hpp"

#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <utility>

#include "engine/limits.hpp"
#include "engine/load.hpp"
#include "engine/next_step.hpp"
#include "engine/trace.hpp"

namespace connprobe::engine {

namespace {

// Few starts between two looks at what has completed: a completion that waits for a hundred connects is seen late, and
// its socket lives longer than it must.
constexpr int starts_per_turn = 4;

}  // namespace

IoThread::IoThread(std::size_t id, Shared& shared, Names& names, net::Authorities& authorities)
    : id_{id},
      shared_{shared},
      lookups_{names, loop_},
      contexts_{authorities, &sessions_, true},
      due_timer_{context_} {}

void IoThread::run() {
    const auto guard = asio::make_work_guard(context_);
    next_turn();
    context_.run();
    // The losers of a race and unanswered questions are still waiting: their coroutines end before what they refer to.
    loop_.deadlines.cancel_all();
    context_.restart();
    context_.poll();
}

void IoThread::wake() {
    asio::post(context_, [this] { next_turn(); });
}

void IoThread::next_turn() {
    if (std::exchange(turn_posted_, true)) return;
    asio::post(context_, [this] {
        turn_posted_ = false;
        turn();
    });
}

void IoThread::turn() {
    if (done_) return;
    report_load();
    if (shared_.ending() == RunEnd::completed)
        start_some();
    else
        cut_waiting();
    const bool work_left = shared_.ending() == RunEnd::completed && !shared_.exhausted();
    done_ = in_flight_ == 0 && waiting_.next_due() == net::TimePoint::max() && !work_left;
    if (!events_.empty()) shared_.mailbox.push(events_);
    if (!done_) return;
    shared_.permits.retire(id_);
    context_.stop();
}

void IoThread::start_some() {
    for (int started = 0; started < starts_per_turn; ++started) {
        const auto now = net::Clock::now();
        if (!has_work(now)) {
            shared_.permits.wake_next();
            return sleep_until_due();
        }
        if (!shared_.permits.acquire(id_)) return;
        auto job = next_job(now);
        if (!job) {
            shared_.permits.release();
            return sleep_until_due();
        }
        start(std::move(job));
    }
    next_turn();
}

bool IoThread::has_work(net::TimePoint now) const { return waiting_.next_due() <= now || !shared_.exhausted(); }

// Who has waited for a retry goes before who has not begun.
IoThread::JobPtr IoThread::next_job(net::TimePoint now) {
    if (auto due = waiting_.take_due(now)) return std::move(*due);
    if (const auto index = shared_.next_target()) {
        const auto& targets = shared_.targets;
        return std::make_unique<Job>(*index, targets[*index], history_room(targets.size()));
    }
    return nullptr;
}

void IoThread::start(JobPtr job) {
    ++in_flight_;
    if (job->attempts() == 0) emit(Started{job->index()});
    asio::co_spawn(context_, attempt(std::move(job)), [](const std::exception_ptr& bug) {
        if (bug) std::rethrow_exception(bug);
    });
}

net::Task<void> IoThread::attempt(JobPtr job) {
    const auto began = net::Clock::now();
    const auto round = shared_.pace.round();
    auto outcome =
        co_await probe({loop_, lookups_, contexts_, shared_.options.trace}, job->target(), job->attempts() > 0);
    if (outcome.failure && was_cut(*outcome.failure))
        outcome.failure = cut_failure(shared_.ending(), outcome.failure->phase, shared_.options);
    note_load(outcome, round);
    if (shared_.options.trace) tell(job->index(), job->target(), outcome);
    job->record(std::move(outcome), shared_.started, began, net::Clock::now());
    --in_flight_;
    shared_.permits.release();
    after_attempt(std::move(job));
    next_turn();
}

void IoThread::note_load(const Outcome& outcome, std::uint64_t round) {
    if (!shared_.pace.adapts()) return;
    auto sample = load_of(outcome);
    if (!sample) return;
    sample->in_flight = shared_.permits.in_flight();
    sample->round = round;
    samples_.push_back(*sample);
}

void IoThread::report_load() {
    if (samples_.empty()) return;
    if (auto change = shared_.pace.take(samples_)) events_.emplace_back(std::move(*change));
}

void IoThread::tell(std::size_t index, const Target& target, Outcome& outcome) {
    for (auto& step : steps_to_check(target, outcome)) emit(Step{index, std::move(step)});
    for (auto& line : told_chain(outcome)) emit(Step{index, std::move(line), true});
    for (auto& line : outcome.dialogue) emit(Step{index, std::move(line), true});
    for (auto& step : steps_from_check(outcome)) emit(Step{index, std::move(step)});
}

void IoThread::after_attempt(JobPtr job) {
    const auto& failure = job->last_failure();
    const auto ending = shared_.ending();
    if (failure && failure->failure_class == FailureClass::cancelled) return finish(std::move(job), stopped_by(ending));
    const auto& target = job->target();
    const auto& options = shared_.options;
    const AttemptEnd end{failure, job->attempts(), job->streak(options.goal)};
    const auto next = next_step(options.goal, target.settings->retry, end, options.seed, target.name);
    if (!next.wait) return finish(std::move(job), next.stopped_by);
    if (ending != RunEnd::completed) return finish(std::move(job), stopped_by(ending));
    go_on(std::move(job), *next.wait);
}

// A wait that would end after the deadline is not begun; but where servers are waited for, the time that was given for
// it is all of it.
void IoThread::go_on(JobPtr job, Duration wait) {
    const auto due = net::Clock::now() + wait;
    if (due > shared_.deadline && !shared_.options.end_when_decided) return finish(std::move(job), StoppedBy::deadline);
    const auto& failure = job->last_failure();
    if (failure)
        emit(AttemptFailed{job->index(), job->attempts(), *failure, wait});
    else
        emit(AttemptSucceeded{job->index(), job->attempts(), wait});
    job->back_off(wait);
    waiting_.add(due, std::move(job));
}

void IoThread::finish(JobPtr job, std::optional<StoppedBy> reason) {
    std::optional<Failure> cut;
    if (reason) cut = cut_failure(shared_.ending(), std::nullopt, shared_.options);
    emit(Finished{job->conclude(shared_.options.goal, reason, net::Clock::now(), std::move(cut))});
}

// The run is ending: nothing new begins, what is in flight is cut, what waits has its verdict.
void IoThread::cut_waiting() {
    if (!loop_.deadlines.cancelled()) loop_.deadlines.cancel_all();
    while (auto job = waiting_.take_any()) finish(std::move(*job), stopped_by(shared_.ending()));
}

void IoThread::sleep_until_due() {
    const auto due = waiting_.next_due();
    if (due == due_armed_ || due == net::TimePoint::max()) return;
    due_armed_ = due;
    due_timer_.expires_at(due);
    due_timer_.async_wait([this](const std::error_code& error) {
        if (error) return;
        due_armed_ = net::TimePoint::max();
        next_turn();
    });
}

void IoThread::emit(Event event) {
    events_.push_back(std::move(event));
    next_turn();
}

}  // namespace connprobe::engine
