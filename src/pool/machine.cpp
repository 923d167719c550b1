#include "pool/machine.hpp"

#include <chrono>
#include <cmath>
#include <utility>

#include "model/readable.hpp"

namespace connprobe::pool {

namespace {

using net::later;
using net::TimePoint;
using std::chrono::duration_cast;

TimePoint after(TimePoint now, Duration wait) { return wait.count() > 0 ? later(now, wait) : TimePoint::max(); }

// Multiples of the golden ratio are spread evenly over [0, 1), however many there are (Knuth, TAOCP 3, §6.4).
double spread(ConnectionId id) {
    constexpr double golden_ratio = 0.6180339887498949;
    const double turns = static_cast<double>(id) * golden_ratio;
    return turns - std::floor(turns);
}

Duration share(Duration whole, double part) {
    return Duration{std::llround(static_cast<double>(whole.count()) * part)};
}

}  // namespace

Machine::Machine(Rules rules, TimePoint now) : rules_{std::move(rules)}, began_{later(now, rules_.ramp_offset)} {
    rules_.max = std::max<std::size_t>(rules_.max, 1);
    rules_.min = std::min(rules_.min, rules_.max);
}

void Machine::acquire(const Waiter& waiter) {
    waiters_.emplace(waiter.id, waiter);
    deadlines_.emplace(waiter.deadline, waiter.id);
    if (!std::exchange(stopped_, false)) return;
    failures_ = 0;
    last_failure_.reset();
}

bool Machine::cancel(WaiterId id) {
    const auto waiter = waiters_.find(id);
    if (waiter == waiters_.end()) return false;
    deadlines_.erase({waiter->second.deadline, id});
    waiters_.erase(waiter);
    return true;
}

void Machine::opened(ConnectionId id, TimePoint now) {
    ++totals_.created;
    const auto place = connections_.find(id);
    auto& member = place->second;
    member.failures = std::exchange(failures_, 0);
    backoff_until_ = TimePoint::min();
    stopped_ = false;
    last_failure_.reset();
    member.opened = member.good_since = now;
    member.expires = end_of(rules_.max_lifetime, id, now);
    member.idle_until = end_of(rules_.idle_timeout, id, now);
    member.check_at = rules_.keepalive.count() > 0 ? later(now, share(rules_.keepalive, spread(id))) : TimePoint::max();
    make_idle(place);
}

std::optional<Duration> Machine::open_failed(ConnectionId id, const Failure& failure, TimePoint now) {
    const auto place = connections_.find(id);
    const auto round = place->second.round;
    remove(place);
    ++totals_.open_failed;
    if (closing_) return std::nullopt;
    note_failure(round, failure, now);
    if (stopped_ || !backing_off(now)) return std::nullopt;
    return duration_cast<Duration>(backoff_until_ - now);
}

// All that were on their way together count as one attempt and have one backoff.
void Machine::note_failure(std::uint32_t round, const Failure& failure, TimePoint now) {
    last_failure_ = failure;
    if (round != round_) return;
    ++round_;
    const auto decision =
        decide_retry(rules_.retry, failure.failure_class, failure.code, ++failures_, rules_.seed, rules_.name);
    stopped_ = decision.stop != RetryDecision::Stop::go_on;
    backoff_until_ = stopped_ ? TimePoint::min() : later(now, decision.wait);
}

void Machine::returned(ConnectionId id, TimePoint now) {
    const auto place = connections_.find(id);
    auto& member = place->second;
    member.proven = true;
    member.good_since = now;
    member.idle_until = end_of(rules_.idle_timeout, id, now);
    member.check_at = after(now, rules_.keepalive);
    make_idle(place);
}

void Machine::given_up(ConnectionId id) {
    ++totals_.closed;
    remove(connections_.find(id));
}

void Machine::lost(ConnectionId id, const Failure& failure, TimePoint now) {
    ++totals_.lost;
    const auto place = connections_.find(id);
    const auto member = place->second;
    remove(place);
    if (member.state == State::idle) note_short_life(member, failure, now);
}

// A server that takes connections only to drop them (a proxy without a backend) is as good as one that refuses: it must
// not be asked again and again without a pause.
void Machine::note_short_life(const Member& member, const Failure& failure, TimePoint now) {
    constexpr std::chrono::seconds short_life{1};
    if (closing_ || member.proven || now - member.opened >= short_life) return;
    failures_ = std::max(failures_, member.failures);
    note_failure(member.round, failure, now);
}

void Machine::validated(ConnectionId id, TimePoint now) {
    const auto place = connections_.find(id);
    auto& member = place->second;
    member.proven = true;
    member.good_since = now;
    // The next check keeps its place in the period, so that the spread stays even.
    if (member.check_at <= now) member.check_at += ((now - member.check_at) / rules_.keepalive + 1) * rules_.keepalive;
    make_idle(place);
}

void Machine::lost_in_lending(const Lend& lend, const Failure& failure, TimePoint now) {
    const auto member = connections_.at(lend.id);
    lost(lend.id, failure, now);
    note_short_life(member, failure, now);
    --totals_.acquired;
    totals_.waiting_time -= lend.waited;
    waiters_.emplace(lend.waiter.id, lend.waiter);
    deadlines_.emplace(lend.waiter.deadline, lend.waiter.id);
}

void Machine::close() { closing_ = true; }

std::optional<Action> Machine::next(TimePoint now, bool may_open) {
    if (closing_) return wind_up();
    if (auto action = serve(now)) return action;
    if (auto action = give_up_waiting(now)) return action;
    if (may_open && wants_to_open(now)) return open();
    return tend(now);
}

TimePoint Machine::wake_at(TimePoint now) const {
    if (closing_) return TimePoint::max();
    auto at = TimePoint::max();
    if (!deadlines_.empty()) at = std::min(at, deadlines_.begin()->first);
    if (!dues_.empty()) at = std::min(at, dues_.begin()->first);
    const bool too_few = !stopped_ && connections_.size() < rules_.min;
    if (backing_off(now)) return too_few || !waiters_.empty() ? std::min(at, backoff_until_) : at;
    if (too_few && connections_.size() >= least(now)) at = std::min(at, next_of_ramp());
    return at;
}

PoolMetrics Machine::metrics() const {
    auto metrics = totals_;
    metrics.idle = count(State::idle);
    metrics.in_use = count(State::in_use);
    metrics.opening = count(State::opening);
    metrics.open = connections_.size() - metrics.opening;
    metrics.waiting = waiters_.size();
    return metrics;
}

// Who came first is served first, with the connection that was used last: the others may idle out.
std::optional<Action> Machine::serve(TimePoint now) {
    if (waiters_.empty() || idle_.empty()) return std::nullopt;
    const auto place = connections_.find(idle_.back());
    const auto& member = place->second;
    if (member.expires <= now) return close_idle(place, CloseReason::lifetime);
    if (after(member.good_since, rules_.validate_after) <= now) {
        if (waiters_.size() <= on_the_way()) return std::nullopt;
        return validate(place);
    }
    leave_idle(place, State::in_use);
    const auto waiter = waiters_.begin()->second;
    cancel(waiter.id);
    const auto waited = duration_cast<Duration>(now - waiter.asked);
    ++totals_.acquired;
    totals_.waiting_time += waited;
    totals_.longest_wait = std::max(totals_.longest_wait, waited);
    return Lend{place->first, waiter, waited};
}

std::optional<Action> Machine::give_up_waiting(TimePoint now) {
    if (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const auto& waiter = waiters_.at(deadlines_.begin()->second);
        ++totals_.timed_out;
        return fail(waiter.id, last_failure_ ? *last_failure_ : out_of_time(waiter));
    }
    // Those for whom a connection is still on its way may be lucky yet.
    if (stopped_ && waiters_.size() > on_the_way()) return fail(waiters_.rbegin()->first, *last_failure_);
    return std::nullopt;
}

std::size_t Machine::wanted_open(TimePoint now) const {
    if (closing_ || backing_off(now)) return 0;
    const auto total = connections_.size();
    const auto asked = waiters_.size() - std::min(waiters_.size(), on_the_way());
    const auto missing = stopped_ ? 0 : least(now) - std::min(least(now), total);
    const auto wanted = std::min(rules_.max - total, std::max(asked, missing));
    // A server that has failed is tried with one connection first.
    if (failures_ > 0) return count(State::opening) > 0 ? 0 : std::min<std::size_t>(wanted, 1);
    return wanted;
}

std::size_t Machine::least(TimePoint now) const {
    const auto passed = duration_cast<Duration>(now - began_);
    if (passed.count() < 0) return 0;
    if (passed >= rules_.ramp) return rules_.min;
    const auto begun = static_cast<std::int64_t>(rules_.min) * passed.count() / rules_.ramp.count();
    return std::min(rules_.min, 1 + static_cast<std::size_t>(begun));
}

TimePoint Machine::next_of_ramp() const {
    const auto min = static_cast<std::int64_t>(rules_.min);
    const auto ramp = rules_.ramp.count() * static_cast<std::int64_t>(connections_.size());
    return later(began_, Duration{(ramp + min - 1) / min});
}

Action Machine::open() {
    Member member;
    member.round = round_;
    connections_.emplace(++last_id_, member);
    ++counts_[static_cast<std::size_t>(State::opening)];
    return Open{last_id_};
}

std::optional<Action> Machine::tend(TimePoint now) {
    while (!dues_.empty() && dues_.begin()->first <= now) {
        const auto place = connections_.find(dues_.begin()->second);
        auto& member = place->second;
        if (member.expires <= now) return close_idle(place, CloseReason::lifetime);
        if (member.idle_until <= now && connections_.size() > rules_.min) return close_idle(place, CloseReason::idle);
        if (member.check_at <= now) return validate(place);
        dues_.erase(dues_.begin());
        member.idle_until = end_of(rules_.idle_timeout, place->first, now);
        dues_.emplace(member.due(), place->first);
    }
    return std::nullopt;
}

std::optional<Action> Machine::wind_up() {
    if (!waiters_.empty())
        return fail(waiters_.begin()->first,
                    make_failure(std::nullopt, Code::interrupted, "the pool of " + rules_.name + " is closed"));
    if (!idle_.empty()) return close_idle(connections_.find(idle_.front()), CloseReason::closing);
    return std::nullopt;
}

Action Machine::validate(Place place) {
    leave_idle(place, State::validating);
    return Validate{place->first};
}

Action Machine::close_idle(Place place, CloseReason reason) {
    const auto id = place->first;
    ++totals_.closed;
    remove(place);
    return Close{id, reason};
}

Action Machine::fail(WaiterId waiter, Failure failure) {
    cancel(waiter);
    return Fail{waiter, std::move(failure)};
}

Failure Machine::out_of_time(const Waiter& waiter) const {
    const auto limit = duration_cast<Duration>(waiter.deadline - waiter.asked);
    return make_failure(std::nullopt, Code::deadline_exceeded,
                        "no connection to " + rules_.name + " within " + readable(limit) +
                            " (acquire_timeout): " + std::to_string(count(State::in_use)) + " of at most " +
                            std::to_string(rules_.max) + " in use, " + std::to_string(on_the_way()) + " on their way",
                        "return connections sooner, or allow more of them (max)");
}

void Machine::make_idle(Place place) {
    auto& member = place->second;
    --counts_[static_cast<std::size_t>(member.state)];
    ++counts_[static_cast<std::size_t>(State::idle)];
    member.state = State::idle;
    member.place = idle_.insert(idle_.end(), place->first);
    dues_.emplace(member.due(), place->first);
}

void Machine::leave_idle(Place place, State state) {
    auto& member = place->second;
    idle_.erase(member.place);
    dues_.erase({member.due(), place->first});
    --counts_[static_cast<std::size_t>(State::idle)];
    ++counts_[static_cast<std::size_t>(state)];
    member.state = state;
}

void Machine::remove(Place place) {
    if (place->second.state == State::idle) leave_idle(place, State::in_use);
    --counts_[static_cast<std::size_t>(place->second.state)];
    connections_.erase(place);
}

// What was opened together does not end together (HikariCP: "each shortened by up to 2.5 %").
TimePoint Machine::end_of(Duration duration, ConnectionId id, TimePoint now) const {
    if (duration.count() <= 0) return TimePoint::max();
    const Backoff fortieth{.delay = duration / 40, .full_jitter = true};
    return later(now, duration - drawn_wait(fortieth, static_cast<std::uint32_t>(id), rules_.seed, rules_.name));
}

}  // namespace connprobe::pool
