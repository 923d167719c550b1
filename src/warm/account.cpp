#include "warm/account.hpp"

#include <algorithm>
#include <utility>

namespace connprobe::warm {

namespace {

constexpr std::size_t curve_points = 24;

bool is_local(const Failure& failure) { return failure.failure_class == FailureClass::local; }

}  // namespace

Account::Account(std::size_t index, const Target& target, const std::optional<SteadyRule>& steady, bool keeps)
    : keeps_{keeps} {
    result_.index = index;
    result_.target = &target;
    connections_.asked = target.settings->connections;
    if (!steady) return;
    SteadyRule rule = *steady;
    rule.failures = connections_.asked;  // none but of one connection would be blamed on the server too soon
    steadiness_.emplace(rule);
}

void Account::tried(const engine::Outcome& outcome, Duration started, Duration elapsed, bool settling) {
    // Of a hold, which may go on for ever, only the last failure is kept.
    if (!settling && std::exchange(failed_in_hold_, outcome.failure.has_value())) result_.history.pop_back();
    if (settling || outcome.failure)
        result_.history.push_back({.started = started,
                                   .elapsed = elapsed,
                                   .address = outcome.address,
                                   .latency = outcome.latency,
                                   .error = outcome.failure,
                                   .backoff = {}});
    // What one connection that stands has shown says more than what a later one failed with.
    if (outcome.failure && open_ > 0) return;
    result_.address = outcome.family == ConnectedFamily::local ? std::string{} : outcome.address;
    result_.family = outcome.family;
    result_.addresses = outcome.addresses;
    result_.warnings = outcome.warnings;
    result_.tls = outcome.tls ? std::make_unique<const TlsFacts>(*outcome.tls) : nullptr;
}

void Account::hear(const PoolEvent& event) {
    if (const auto* one = std::get_if<ConnectionOpened>(&event.what)) opened(*one);
    if (const auto* none = std::get_if<OpenFailed>(&event.what)) failed(*none);
    // Without a check of the target's own it was but a look at the socket.
    const auto* checked = std::get_if<ConnectionChecked>(&event.what);
    if (checked != nullptr && target().settings->check) answered(checked->elapsed);
    if (const auto* lost = std::get_if<ConnectionLost>(&event.what)) broke(lost->failure);
    if (const auto* gone = std::get_if<ConnectionClosed>(&event.what)) closed(gone->reason);
}

void Account::opened(const ConnectionOpened& opened) {
    given_up_ = false;
    if (unrenewed_ > 0) {
        --unrenewed_;
    } else if (++open_; unreplaced_ > 0) {
        --unreplaced_;
        ++connections_.reopened;
    } else {
        ++connections_.opened;
    }
    if (opened.tls != nullptr && opened.tls->resumed == true) ++connections_.resumed;
    request(opened.latency.total());
    if (steadiness_ && opened.latency.check) steadiness_->add(*opened.latency.check);
}

void Account::failed(const OpenFailed& failed) {
    failure_ = failed.failure;
    given_up_ = !failed.retry_in;
    if (!result_.history.empty()) result_.history.back().backoff = failed.retry_in;
    // Those whose turn has not come will wait for their server as well.
    for (; unrenewed_ > 0; --unrenewed_) lose();
}

void Account::answered(Duration latency) {
    request(latency);
    if (steadiness_) steadiness_->add(latency);
}

void Account::unanswered(const Failure& failure) {
    broke(failure);
    // To end a connection, at times before the answer, is a server's right: it is asked again over another.
    const bool ended = failure.code == Code::connection_closed || failure.code == Code::connection_reset;
    if (steadiness_ && !ended) steadiness_->fail();
}

void Account::broke(const Failure& failure) {
    if (!keeps_) {  // it had served its purpose, and another comes in its place
        ++unrenewed_;
        return;
    }
    failure_ = failure;
    lose();
}

void Account::lose() {
    --open_;
    ++unreplaced_;
    ++connections_.lost;
}

void Account::closed(CloseReason reason) {
    // Discarded is what broke under a request of ours and is counted as lost; released is still open, elsewhere.
    if (reason == CloseReason::discarded || reason == CloseReason::released) return;
    if (reason != CloseReason::lifetime && reason != CloseReason::idle)
        --open_;
    else if (given_up_)
        lose();
    else
        ++unrenewed_;
}

void Account::request(Duration latency) {
    ++connections_.requests;
    all_.add(latency);
    if (first_)
        rest_.add(latency);
    else
        first_ = latency;
}

Result Account::conclude(Duration now, std::optional<StoppedBy> stopped_by, std::optional<Failure> cut,
                         std::size_t bytes_each) {
    auto& connections = connections_;
    if (first_) connections.cold = LatencySummary{*first_, *first_, *first_, *first_, *first_, *first_};
    connections.warm = rest_.summary();
    if (steadiness_ && steadiness_->requests() > 0) {
        connections.steady = steadiness_->verdict() == true;
        connections.steady_after = steadiness_->requests();
        connections.steady_latency = steadiness_->latency();
    }
    connections.bytes_each = bytes_each;
    connections.curve = all_.curve(curve_points);

    auto& history = result_.history;
    if (!history.empty()) result_.elapsed = now - history.front().started;
    if (open_ == 0) {
        result_.status = failure_ && !is_local(*failure_) ? Status::down : Status::unknown;
        result_.error = failure_ ? failure_ : std::move(cut);
        result_.stopped_by = stopped_by.value_or(StoppedBy::attempts);
    } else {
        if (open_ < connections.asked)
            result_.warnings.push_back({WarningCode::connections_missing, std::to_string(open_) + " of " +
                                                                              std::to_string(connections.asked) +
                                                                              " connections are open" +
                                                                              (failure_ ? ": " + failure_->message
                                                                               : cut    ? ": " + cut->message
                                                                                        : std::string{})});
        const bool degraded = std::any_of(result_.warnings.begin(), result_.warnings.end(), degrades);
        result_.status = degraded ? Status::degraded : Status::up;
    }
    result_.connections = std::make_unique<const Connections>(std::move(connections));
    return std::move(result_);
}

}  // namespace connprobe::warm
