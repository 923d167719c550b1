#include "engine/job.hpp"

#include <algorithm>
#include <utility>

#include "engine/next_step.hpp"
#include "model/readable.hpp"

namespace connprobe::engine {

namespace {

Duration between(net::TimePoint from, net::TimePoint to) { return std::chrono::duration_cast<Duration>(to - from); }

std::string days(std::chrono::seconds time) {
    const auto tenths = std::chrono::duration_cast<std::chrono::hours>(time).count() * 10 / 24;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " days";
}

// An attempt that this machine could not make, or that the run's end cut, was not completed.
bool was_completed(const std::optional<Failure>& failure) {
    return !failure ||
           (failure->failure_class != FailureClass::local && failure->failure_class != FailureClass::cancelled);
}

}  // namespace

bool was_cut(const Failure& failure) noexcept { return failure.code == Code::interrupted; }

Failure cut_failure(RunEnd reason, std::optional<Phase> phase, const ProberOptions& options) {
    const std::string wanted = options.goal.state == Goal::State::gone ? "gone" : "up";
    switch (reason) {
        case RunEnd::deadline:
            return make_failure(phase, Code::deadline_exceeded,
                                "the run's deadline of " + readable(options.deadline) + " came first");
        case RunEnd::fail_fast:
            return make_failure(phase, Code::fail_fast,
                                "the run ended early: enough servers could no longer be " + wanted,
                                options.fail_fast ? "" : "look at the servers that were given up: they decided");
        case RunEnd::enough:
            return make_failure(phase, Code::interrupted, "the run ended early: enough other servers were " + wanted,
                                "nothing is known of this server, and nothing had to be");
        default: return make_failure(phase, Code::interrupted, "the run was interrupted");
    }
}

StoppedBy stopped_by(RunEnd reason) noexcept {
    switch (reason) {
        case RunEnd::deadline: return StoppedBy::deadline;
        case RunEnd::fail_fast: return StoppedBy::fail_fast;
        case RunEnd::enough: return StoppedBy::enough;
        default: return StoppedBy::signal;
    }
}

void judge_quality(Outcome& outcome, const Settings& settings, WallTime now) {
    const auto total = outcome.latency.total();
    if (settings.max_latency && settings.max_latency->count() > 0 && total > *settings.max_latency)
        outcome.warnings.push_back({WarningCode::slow, readable(total) + ", slower than " +
                                                           readable(*settings.max_latency) + " (max_latency)"});
    if (!settings.cert_expiry || settings.cert_expiry->count() == 0 || !outcome.tls || !outcome.tls->chain_not_after)
        return;
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(*outcome.tls->chain_not_after - now);
    if (left < *settings.cert_expiry)
        outcome.warnings.push_back({WarningCode::certificate_expires_soon,
                                    "the certificate chain ends in " + days(left) + ", sooner than " +
                                        days(std::chrono::duration_cast<std::chrono::seconds>(*settings.cert_expiry)) +
                                        " (cert_expiry)"});
}

void Job::record(Outcome&& outcome, net::TimePoint run_start, net::TimePoint began, net::TimePoint ended) {
    if (result_.history.empty()) first_began_ = began;
    if (outcome.family == ConnectedFamily::local) outcome.address.clear();
    note(outcome.failure);
    result_.history.push_back({between(run_start, began),
                               between(began, ended),
                               outcome.address,
                               outcome.latency,
                               std::move(outcome.failure),
                               {}});
    make_room();
    result_.address = std::move(outcome.address);
    result_.family = outcome.family;
    result_.addresses = std::move(outcome.addresses);
    result_.tls = std::move(outcome.tls);
    result_.check = std::move(outcome.check);
    result_.warnings = std::move(outcome.warnings);
}

// What decides later is not looked up in the history, which may lack it then.
void Job::note(const std::optional<Failure>& failure) {
    for (const auto wanted : {Goal::State::up, Goal::State::gone}) {
        auto& streak = streaks_[static_cast<std::size_t>(wanted)];
        streak = is_as_wanted(wanted, failure) ? streak + 1 : 0;
    }
    if (!was_completed(failure)) return;
    succeeded_ = !failure;
    if (failure) failed_ = failure;
}

void Job::make_room() {
    auto& history = result_.history;
    if (history.size() <= room_) return;
    history.erase(history.begin() + attempts_before_left_out);
    ++result_.left_out;
}

// Of one that has not reached the goal: where it is to be up, a success that was one too few says nothing against an
// earlier failure.
bool Job::has_verdict(Goal::State wanted) const noexcept {
    return failed_ || (succeeded_ && wanted == Goal::State::gone);
}

void Job::judge(const std::optional<Failure>& failure, Goal::State wanted) {
    result_.error = failure;
    if (!failure) {
        const bool degraded = std::any_of(result_.warnings.begin(), result_.warnings.end(), degrades);
        result_.status = degraded ? Status::degraded : Status::up;
    } else {
        const bool nothing_known =
            failure->failure_class == FailureClass::dns || failure->failure_class == FailureClass::proxy;
        result_.status = wanted == Goal::State::gone && nothing_known ? Status::unknown : Status::down;
    }
}

Result Job::conclude(const Goal& goal, std::optional<StoppedBy> reason, net::TimePoint now,
                     std::optional<Failure> cut) {
    auto& history = result_.history;
    result_.stopped_by = reason;
    if (history.empty()) {
        result_.error = std::move(cut);
        return std::move(result_);
    }
    history.back().backoff.reset();
    result_.elapsed = between(first_began_, now);
    if (!reason)
        judge(history.back().error, goal.state);
    else if (has_verdict(goal.state))
        judge(succeeded_ && goal.state == Goal::State::gone ? std::nullopt : failed_, goal.state);
    else
        result_.error = history.back().error ? history.back().error : std::move(cut);
    return std::move(result_);
}

}  // namespace connprobe::engine
