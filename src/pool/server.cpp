#include "pool/server.hpp"

#include <asio/co_spawn.hpp>
#include <utility>

#include "check/registry.hpp"
#include "engine/hints.hpp"

namespace connprobe::pool {

namespace {

using net::Clock;
using std::chrono::duration_cast;

Target with_settings(Target target) {
    if (!target.settings) target.settings = std::make_shared<const Settings>();
    return target;
}

Rules rules_of(const Target& target, const PoolOptions& options, const Extras& extras) {
    Rules rules;
    rules.name = target.name;
    rules.min = options.min;
    rules.max = options.max;
    rules.idle_timeout = options.idle_timeout;
    rules.max_lifetime = options.max_lifetime;
    rules.validate_after = extras.check || target.settings->check ? options.validate_after : Duration{};
    rules.keepalive = options.keepalive;
    rules.ramp = extras.ramp;
    rules.ramp_offset = extras.ramp_offset;
    rules.retry = target.settings->retry;
    rules.seed = options.seed;
    return rules;
}

}  // namespace

Server::Server(std::shared_ptr<Shared> shared, Target target, const PoolOptions& options, Extras extras,
               std::shared_ptr<Numbers> numbers, bool alone)
    : shared_{std::move(shared)},
      executor_{shared_->loop.context.get_executor()},
      target_{with_settings(std::move(target))},
      options_{options},
      extras_{std::move(extras)},
      numbers_{std::move(numbers)},
      machine_{rules_of(target_, options_, extras_), Clock::now()},
      timer_{executor_},
      alone_{alone} {}

void Server::start() {
    asio::post(executor_, [self = shared_from_this()] { self->pump(); });
}

void Server::acquire(Duration timeout, std::unique_ptr<Waiting::Completion> completion) {
    start_waiting(executor_, timeout, std::move(completion),
                  [self = shared_from_this()](const std::shared_ptr<Waiting>& waiting) { self->enqueue(waiting); });
}

void Server::enqueue(const std::shared_ptr<Waiting>& waiting) {
    waiting->server = shared_from_this();
    waiting->id = ++last_waiter_;
    waiting_.emplace(waiting->id, waiting);
    const bool limited = waiting->timeout.count() > 0;
    machine_.acquire(
        {waiting->id, waiting->asked, limited ? net::later(waiting->asked, waiting->timeout) : net::TimePoint::max()});
    pump();
}

void Server::cancel(WaiterId waiter) {
    machine_.cancel(waiter);
    waiting_.erase(waiter);
    pump();
}

void Server::close(std::unique_ptr<detail::Completion<>> completion) {
    auto closer = Closers::closer(executor_, std::move(completion));
    asio::dispatch(executor_, [self = shared_from_this(), closer = std::move(closer)] {
        self->closers_.add(closer);
        self->begin_to_close();
    });
}

void Server::begin_to_close() {
    if (!std::exchange(closing_, true)) {
        machine_.close();
        if (alone_) shared_->loop.deadlines.cancel_all();
    }
    pump();
}

void Server::come_home(ConnectionId id, std::unique_ptr<Held> held, Return how, const std::optional<Failure>& failure) {
    asio::dispatch(executor_, [self = shared_from_this(), id, held = std::move(held), how, failure]() mutable {
        self->receive(id, std::move(held), how, failure);
    });
}

void Server::receive(ConnectionId id, std::unique_ptr<Held> held, Return how, const std::optional<Failure>& failure) {
    const auto now = Clock::now();
    const auto used = duration_cast<Duration>(now - held->since);
    if (how == Return::broken) {
        lose(id, std::move(held), *failure);
    } else if (how == Return::usable) {
        held->used = true;
        held->since = now;
        held_[id] = std::move(held);
        machine_.returned(id, now);
        unwatched_.push_back(id);
        tell(id, ConnectionReturned{used});
    } else {
        held->stream.close_politely();
        machine_.given_up(id);
        tell(id, ConnectionClosed{how == Return::released ? CloseReason::released : CloseReason::discarded});
    }
    pump();
}

void Server::lose(ConnectionId id, std::unique_ptr<Held> held, const Failure& failure) {
    held->stream.close_politely();
    machine_.lost(id, failure, Clock::now());
    tell(id, ConnectionLost{failure});
}

void Server::pump() {
    if (std::exchange(pumping_, true)) return;
    for (;;) {
        const auto now = Clock::now();
        if (!has_place_ && machine_.wants_to_open(now)) has_place_ = shared_->places.take();
        const auto action = machine_.next(now, has_place_);
        if (!action) break;
        std::visit([this](const auto& what) { act(what); }, *action);
    }
    settle();
    pumping_ = false;
    if (!std::exchange(quiet_, quiet()) && quiet_ && when_quiet_) when_quiet_();
}

bool Server::quiet() const {
    const auto metrics = machine_.metrics();
    return metrics.open == metrics.idle && metrics.opening == 0 && metrics.waiting == 0;
}

void Server::settle() {
    if (std::exchange(has_place_, false)) shared_->places.give_back();
    if (!lined_up_ && machine_.wants_to_open(Clock::now())) {
        lined_up_ = true;
        shared_->places.line_up([weak = weak_from_this(), shared = std::weak_ptr{shared_}, pool = executor_] {
            asio::post(pool, [weak, shared] {
                if (const auto self = weak.lock()) {
                    self->lined_up_ = false;
                    self->pump();
                }
                if (const auto places = shared.lock()) places->places.pass_on();
            });
        });
    }
    for (const auto id : std::exchange(unwatched_, {})) {
        const auto place = held_.find(id);
        if (place != held_.end() && extras_.watch) watch(id, *place->second);
    }
    numbers_->store(machine_.metrics());
    if (machine_.finished()) return conclude();
    sleep();
}

void Server::sleep() {
    const auto at = machine_.wake_at(Clock::now());
    if (at >= armed_) return;  // too early a wake-up costs less than setting the timer for every acquisition
    armed_ = at;
    timer_.expires_at(at);
    timer_.async_wait([weak = weak_from_this()](const std::error_code& error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->armed_ = net::TimePoint::max();
        self->pump();
    });
}

void Server::conclude() {
    armed_ = net::TimePoint::min();
    timer_.cancel();
    closers_.tell_all();
}

void Server::act(const Open& open_one) {
    has_place_ = false;
    shared_->starts.add([self = shared_from_this(), id = open_one.id] { self->spawn(open(self, id)); });
}

void Server::act(const Lend& lend) {
    auto held = take(lend.id);
    if (auto seen = look(*held, target_.name); seen.failure) {
        held->stream.close_politely();
        machine_.lost_in_lending(lend, *seen.failure, Clock::now());
        return tell(lend.id, ConnectionLost{*seen.failure});
    }
    held->since = Clock::now();
    const auto waiting = waiting_.extract(lend.waiter.id).mapped();
    waiting->server.reset();
    auto loan = std::make_shared<Loan>(shared_from_this(), lend.id, std::move(held));
    tell(lend.id, ConnectionLent{lend.waited});
    std::exchange(waiting->completion, nullptr)->post(Acquired{Connection{std::move(loan)}, std::nullopt});
}

void Server::act(const Fail& fail) { waiting_.extract(fail.waiter).mapped()->fail(fail.failure); }

void Server::act(const Validate& what) {
    if (checks()) return spawn(validate(shared_from_this(), what.id));
    auto& held = *held_.at(what.id);
    if (const auto seen = look(held, target_.name); seen.failure) return lose(what.id, take(what.id), *seen.failure);
    machine_.validated(what.id, Clock::now());
    tell(what.id, ConnectionChecked{});
}

void Server::act(const Close& close) {
    take(close.id)->stream.close_politely();
    tell(close.id, ConnectionClosed{close.reason});
}

void Server::spawn(net::Task<void> task) {
    asio::co_spawn(executor_, std::move(task), [](const std::exception_ptr& bug) {
        if (bug) std::rethrow_exception(bug);
    });
}

// A question in flight is shared by all; its answer serves those who come soon after.
bool Server::ask_afresh(net::TimePoint now) {
    constexpr std::chrono::seconds name_lifetime{5};
    if (asked_name_ && now - *asked_name_ < name_lifetime) return false;
    asked_name_ = now;
    return true;
}

net::Task<void> Server::open(std::shared_ptr<Server> self, ConnectionId id) {
    const auto began = Clock::now();
    engine::Opened opened;
    if (self->shared_->loop.deadlines.cancelled())  // while it stood in line
        opened.outcome.failure = make_failure(Phase::connect, Code::interrupted, "the attempt was cut short");
    else
        opened = co_await engine::open(self->shared_->tools(), self->target_, self->ask_afresh(began));
    if (opened.stream && self->checks()) {
        const auto asked = Clock::now();
        bool used_up = false;
        opened.outcome.failure = co_await check(self, *opened.stream, opened.start, used_up);
        opened.outcome.latency.check = duration_cast<Duration>(Clock::now() - asked);
        if (opened.outcome.failure) opened.stream->close_politely();
        // With this server it will be so each time: from now on its connections are only looked at.
        if (used_up) self->spoils_ = true;
        if (used_up) opened = co_await engine::open(self->shared_->tools(), self->target_, false);
    }
    engine::fill_hints(opened.outcome, self->target_, self->shared_->names.asked());
    self->shared_->places.give_back();
    self->keep(id, std::move(opened), duration_cast<Duration>(Clock::now() - began));
    self->pump();
}

bool Server::checks() const noexcept { return extras_.check || (target_.settings->check && !spoils_); }

net::Task<std::optional<Failure>> Server::check(std::shared_ptr<Server> self, net::Stream& stream, net::TimePoint start,
                                                bool& used_up) {
    const auto& settings = *self->target_.settings;
    const auto limit = engine::limit_of(settings, start, settings.check_timeout, "check_timeout");
    if (self->extras_.check) {
        auto checking = self->extras_.check(stream, self->target_, limit.at);
        co_return co_await std::move(checking);
    }
    check::Report report;
    auto failure = co_await check::run(
        {.stream = stream, .target = self->target_, .limit = limit, .report = report, .keep = true});
    used_up = !failure && !report.reusable;
    if (!used_up) co_return failure;
    co_return make_failure(Phase::check, Code::connection_closed,
                           self->target_.name + " answered its check, and the connection cannot be used any more");
}

void Server::keep(ConnectionId id, engine::Opened opened, Duration elapsed) {
    const auto now = Clock::now();
    auto& outcome = opened.outcome;
    if (extras_.tried) extras_.tried(outcome, elapsed);
    if (outcome.failure) {
        asked_name_.reset();
        const auto retry_in = machine_.open_failed(id, *outcome.failure, now);
        if (!closing_) tell(id, OpenFailed{*outcome.failure, retry_in});
        return;
    }
    opened.stream->send_at_once();
    if (options_.keepalive.count() > 0) keep_alive(*opened.stream, options_.keepalive);
    if (outcome.family == ConnectedFamily::local) outcome.address.clear();
    std::shared_ptr<const TlsFacts> facts{std::move(outcome.tls)};
    if (facts && tls_ && same(*facts, *tls_)) facts = tls_;
    tls_ = facts;
    auto held = std::make_unique<Held>(Held{.stream = std::move(*opened.stream),
                                            .latency = outcome.latency,
                                            .address = outcome.address,
                                            .tls = facts,
                                            .since = now});
    held_[id] = std::move(held);
    unwatched_.push_back(id);
    machine_.opened(id, now);
    tell(id, ConnectionOpened{outcome.latency, elapsed, outcome.address, facts.get()});
}

net::Task<void> Server::validate(std::shared_ptr<Server> self, ConnectionId id) {
    auto& held = *self->held_.at(id);
    self->unwatch(held);
    const auto began = Clock::now();
    bool used_up = false;
    const auto failure = co_await check(self, held.stream, began, used_up);
    const auto now = Clock::now();
    if (failure) {
        self->lose(id, self->take(id), *failure);
    } else {
        held.used = true;
        self->unwatched_.push_back(id);
        self->machine_.validated(id, now);
        self->tell(id, ConnectionChecked{duration_cast<Duration>(now - began)});
    }
    self->pump();
}

std::unique_ptr<Held> Server::take(ConnectionId id) {
    auto held = std::move(held_.extract(id).mapped());
    unwatch(*held);
    return held;
}

// An idle connection is waited for without a coroutine: that is what many of them cost the least with.
void Server::watch(ConnectionId id, Held& held) {
    if (held.watched) return;
    held.watched = true;
    held.stream.socket().when_ready(net::Need::readable,
                                    [weak = weak_from_this(), id, watch = ++held.watch](const std::error_code& error) {
                                        const auto self = weak.lock();
                                        if (!error && self) self->stirred(id, watch);
                                    });
}

void Server::unwatch(Held& held) {
    if (!std::exchange(held.watched, false)) return;
    ++held.watch;
    held.stream.socket().stop_waiting();
}

void Server::stirred(ConnectionId id, std::uint32_t watch_number) {
    const auto place = held_.find(id);
    if (place == held_.end() || !place->second->watched || place->second->watch != watch_number) return;
    auto& held = *place->second;
    held.watched = false;
    const auto seen = look(held, target_.name);
    if (seen.failure) {
        lose(id, take(id), *seen.failure);
        return pump();
    }
    // With a greeting in it the socket stays readable: whether it lives is seen when it is lent.
    if (!seen.data) watch(id, held);
}

void Server::tell(ConnectionId id, decltype(PoolEvent::what) what) {
    if (options_.observer) options_.observer({&target_, id, std::move(what)});
}

}  // namespace connprobe::pool
