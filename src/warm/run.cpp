#include "warm/run.hpp"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <stop_token>
#include <utility>

#include "engine/faults.hpp"
#include "engine/limits.hpp"
#include "engine/load.hpp"
#include "model/check_specs.hpp"
#include "model/wall_clock.hpp"
#include "pool/shared.hpp"
#include "warm/check.hpp"
#include "warm/memory.hpp"

namespace connprobe::warm {

namespace {

using net::Clock;
using net::TimePoint;
using std::chrono::duration_cast;

constexpr std::chrono::milliseconds tick_of_opening{100};
constexpr std::chrono::seconds tick_of_hold{1};

/// Where the user set no limit so many are reopened at the same time, so that a server that comes back is not run over.
constexpr std::size_t reopened_together = 64;

/// How a server is asked again while connections are held, when the policy of its target has given it up.
constexpr Backoff persistence{.exponential = true};

/// Without a reason to keep them it is enough that all have been opened.
bool keeps(const Options& options, const Target& target) {
    return (options.hold || options.release || options.until_steady) && !asked_once(target.settings->check);
}

/// The lesser of two durations of which 0 means never.
Duration sooner(Duration one, Duration other) {
    return one.count() == 0 || other.count() == 0 ? std::max(one, other) : std::min(one, other);
}

/// What the opening has in common with a pass over the servers.
ProberOptions judged_by(const Options& options) {
    ProberOptions common;
    common.deadline = options.deadline;
    common.required = options.required;
    return common;
}

}  // namespace

Run::Run(std::span<const Target> targets, const Options& options, Warmer::Listener on_event)
    : targets_{targets},
      options_{options},
      on_event_{std::move(on_event)},
      shared_{std::make_shared<pool::Shared>(context_, options.resolver, options.max_concurrent, true)} {}

std::string Run::resume(std::string_view sessions) { return shared_->sessions.add(sessions); }

Outcome Run::run(const std::stop_token& stop) {
    net::Authorities authorities;
    outcome_.errors = engine::faults(targets_, judged_by(options_), authorities);
    if (!outcome_.errors.empty()) return std::move(outcome_);
    start();
    const std::stop_callback on_stop{stop, [this] {
                                         asio::post(context_, [this] {
                                             stop_ = true;
                                             moved_.notify();
                                         });
                                     }};
    asio::co_spawn(context_, go(), [](const std::exception_ptr& bug) {
        if (bug) std::rethrow_exception(bug);
    });
    context_.run();
    return std::move(outcome_);
}

void Run::start() {
    memory_before_ = memory_in_use();
    started_ = Clock::now();
    RunInfo run;
    run.command = "warm";
    run.started_at = wall_clock_now();
    run.resolver = shared_->names.resolver();
    run.name_server = shared_->names.asked().server;
    run.name_server_port = shared_->names.asked().port;
    run.servers = targets_.size();
    for (const auto& target : targets_) run.max_concurrent += target.settings->connections;
    if (options_.adaptive) {
        limit_.emplace(std::min(engine::first_concurrency, run.max_concurrent), run.max_concurrent);
        rounds_.push_back(started_);
        shared_->places.set_limit(limit_->limit());
    }
    if (options_.max_concurrent != 0) run.max_concurrent = std::min(run.max_concurrent, options_.max_concurrent);
    run.threads = 1;
    on_event_(RunStarted{std::move(run)});
    unsettled_ = targets_.size();
    for (std::size_t index = 0; index < targets_.size(); ++index) add_server(index);
}

void Run::add_server(std::size_t index) {
    const auto& target = targets_[index];
    const auto connections = target.settings->connections;
    PoolOptions options;
    options.min = options.max = connections;
    options.idle_timeout = options.validate_after = {};
    options.max_lifetime = options_.max_lifetime;
    const bool kept = keeps(options_, target);
    if (kept && options_.hold) options.keepalive = options_.keepalive;
    // Another one in its place is asked then, which tells as much.
    if (!kept && options_.hold) options.max_lifetime = sooner(options_.max_lifetime, options_.keepalive);
    options.seed = options_.seed + index;
    options.observer = [this, index](const PoolEvent& event) { hear(index, event); };

    pool::Extras extras;
    extras.watch = kept;
    // Over all servers the openings are evenly apart: server by server within one round of all of them.
    extras.ramp = options_.ramp;
    extras.ramp_offset =
        options_.ramp * static_cast<Duration::rep>(index) / static_cast<Duration::rep>(targets_.size() * connections);
    extras.tried = [this, index](const engine::Outcome& outcome, Duration elapsed) { tried(index, outcome, elapsed); };
    if (target.settings->check) {
        extras.check = [this, index, kept](net::Stream& stream, const Target& server, TimePoint until) {
            return check_and_keep(stream, server, until, kept, servers_[index]->checked);
        };
    }
    servers_.push_back(std::make_unique<Server>(Account{index, target, options_.until_steady, kept},
                                                pool::make_pool(shared_, target, options, std::move(extras))));
}

void Run::tried(std::size_t index, const engine::Outcome& outcome, Duration took) {
    if (outcome.failure && engine::was_cut(*outcome.failure)) return;
    servers_[index]->account.tried(outcome, elapsed() - took, took, opening_);
    if (limit_) adapt(outcome, Clock::now() - took);
}

void Run::adapt(const engine::Outcome& outcome, TimePoint began) {
    auto sample = engine::load_of(outcome);
    if (!sample) return;
    const auto round = std::upper_bound(rounds_.begin(), rounds_.end(), began) - rounds_.begin();
    sample->round = static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(round - 1, 0));
    sample->in_flight = shared_->places.taken();
    const auto before = limit_->limit();
    const auto why = limit_->add(*sample);
    while (rounds_.size() <= limit_->round()) rounds_.push_back(Clock::now());
    if (limit_->limit() == before) return;
    shared_->places.set_limit(limit_->limit());
    on_event_(LimitChanged{limit_->limit(), why.value_or("")});
}

void Run::hear(std::size_t index, const PoolEvent& event) {
    auto& server = *servers_[index];
    const auto lost = server.account.lost();
    const auto reopened = server.account.reopened();
    server.account.hear(event);
    if (const auto* failed = std::get_if<OpenFailed>(&event.what); failed != nullptr && opening_)
        on_event_(ReopenFailed{index, failed->failure});
    // A pool tells before it counts.
    if (opening_) return asio::post(context_, [this, &server] { settle(server); });
    if (!holding_) return;
    if (server.account.reopened() != reopened) on_event_(Reopened{index, server.account.open()});
    if (server.account.lost() != lost) on_event_(Lost{index, *server.account.failure(), server.account.open()});
    if (const auto* failed = std::get_if<OpenFailed>(&event.what)) on_event_(ReopenFailed{index, failed->failure});
}

void Run::settle(Server& server) {
    const bool settled = server.account.all_open() || (server.account.given_up() && server.pool.metrics().opening == 0);
    if (!opening_ || server.settled || !settled) return;
    server.settled = true;
    on_event_(ServerOpened{server.account.index(), server.account.open(), server.account.asked()});
    if (--unsettled_ == 0) moved_.notify();
}

net::Task<void> Run::go() {
    co_await open_all();
    opening_ = false;
    give_memory_back();
    const auto grown = memory_in_use();
    if (open() > 0 && grown > memory_before_) bytes_each_ = (grown - memory_before_) / open();
    if (enough() && options_.until_steady && !stop_) co_await ask_until_steady();
    if (stop_) outcome_.end = RunEnd::signal;
    if (outcome_.end != RunEnd::completed) on_event_(Stopped{outcome_.end});
    if (enough() && outcome_.end != RunEnd::signal) {
        outcome_.ready = true;
        if (options_.max_concurrent == 0 && !limit_) shared_->places.set_limit(reopened_together);
        holding_ = options_.hold;
        std::vector<Released> released;
        if (options_.release) released = co_await release_all();
        on_event_(Ready{open(), asked(), std::move(released)});
        if (options_.hold) co_await hold();
        holding_ = false;
    }
    conclude();
    co_await close_all();
    context_.stop();
}

net::Task<void> Run::open_all() {
    const auto deadline = options_.deadline.count() > 0 ? net::later(started_, options_.deadline) : TimePoint::max();
    while (unsettled_ > 0 && !stop_) {
        co_await moved_.wait(std::min(deadline, Clock::now() + tick_of_opening));
        tick();
        if (unsettled_ == 0 || Clock::now() < deadline) continue;
        outcome_.end = RunEnd::deadline;
        break;
    }
}

net::Task<void> Run::ask_until_steady() {
    for (auto& server : servers_) {
        if (!server->account.target().settings->check) continue;
        for (std::size_t i = 0; i < server->account.open(); ++i) {
            ++asking_;
            asio::co_spawn(context_, ask_one(*server), asio::detached);
        }
    }
    while (asking_ > 0 && !stop_) {
        co_await moved_.wait(Clock::now() + tick_of_opening);
        tick();
    }
    co_await wait_for_reopening();
}

// A server may end a connection when it likes: whether one comes in its place is known when that is over.
net::Task<void> Run::wait_for_reopening() {
    const auto reopening = [](const auto& server) { return server->pool.metrics().opening > 0; };
    while (!stop_ && std::any_of(servers_.begin(), servers_.end(), reopening)) {
        co_await moved_.wait(Clock::now() + tick_of_opening);
        tick();
    }
}

net::Task<void> Run::ask_one(Server& server) {
    while (!stop_ && !server.account.steadiness()->verdict()) {
        auto acquired = co_await server.pool.acquire(net::use_task);
        if (!acquired) break;
        co_await ask_over(server, acquired.connection);
    }
    if (--asking_ == 0) moved_.notify();
}

net::Task<void> Run::ask_over(Server& server, Connection& connection) {
    while (!stop_ && !server.account.steadiness()->verdict()) {
        const auto began = Clock::now();
        const auto failure = co_await check_and_keep(pool::stream_of(connection), server.account.target(),
                                                     TimePoint::max(), true, server.checked);
        if (failure) {
            if (!engine::was_cut(*failure)) server.account.unanswered(*failure);
            connection.discard();
            co_return;
        }
        server.account.answered(duration_cast<Duration>(Clock::now() - began));
    }
}

net::Task<void> Run::hold() {
    const auto until = options_.hold_for.count() > 0 ? net::later(Clock::now(), options_.hold_for) : TimePoint::max();
    while (!stop_ && Clock::now() < until) {
        co_await moved_.wait(std::min(until, Clock::now() + tick_of_hold));
        tick();
        ask_given_up_again();
    }
}

void Run::ask_given_up_again() {
    for (auto& server : servers_) {
        if (server->account.all_open()) {
            server->tries = 0;
            server->next_try = TimePoint::max();
        } else if (server->pool.metrics().opening == 0) {
            ask_when_due(*server);
        }
    }
}

void Run::ask_when_due(Server& server) {
    const auto now = Clock::now();
    if (server.next_try == TimePoint::max()) {
        const auto wait = drawn_wait(persistence, ++server.tries, options_.seed, server.account.target().name);
        server.next_try = net::later(now, wait);
    } else if (now >= server.next_try) {
        server.next_try = TimePoint::max();
        asio::co_spawn(context_, ask_again(server), asio::detached);
    }
}

// Asking for a connection is what makes a pool try again that has given up; it keeps what comes of it.
net::Task<void> Run::ask_again(Server& server) {
    const auto acquired = co_await server.pool.acquire(net::use_task);
    static_cast<void>(acquired);
}

void Run::conclude() {
    Tally tally;
    const auto cut = outcome_.end == RunEnd::completed ? std::nullopt : std::optional{engine::stopped_by(outcome_.end)};
    for (auto& server : servers_) {
        auto result = server->account.conclude(
            elapsed(), cut, engine::cut_failure(outcome_.end, std::nullopt, judged_by(options_)), bytes_each_);
        if (server->checked) result.check = std::make_unique<const CheckFacts>(std::move(*server->checked));
        tally.add(result);
        on_event_(Finished{std::move(result)});
    }
    auto& summary = outcome_.summary = tally.summary(options_.required.of(targets_.size()), outcome_.end);
    summary.elapsed = elapsed();
    summary.peak_concurrent = shared_->places.peak();
    summary.peak_sockets = shared_->sockets.peak();
    outcome_.sessions = shared_->sessions.text();
}

// What is still on its way is cut: it could take as long as its limits allow.
net::Task<void> Run::close_all() {
    shared_->loop.deadlines.cancel_all();
    for (auto& server : servers_) co_await server->pool.close(net::use_task);
}

// The pools are closing when the connections leave them: else they would open others in their place.
net::Task<std::vector<Released>> Run::release_all() {
    std::vector<std::pair<std::size_t, Connection>> connections;
    for (auto& server : servers_) {
        for (std::size_t i = 0; i < server->account.open(); ++i) {
            auto acquired = co_await server->pool.acquire(net::use_task);
            if (acquired) connections.emplace_back(server->account.index(), std::move(acquired.connection));
        }
    }
    for (auto& server : servers_) server->pool.close(asio::detached);
    std::vector<Released> released;
    for (auto& [index, connection] : connections) released.push_back({index, connection.release()});
    co_return released;
}

Duration Run::elapsed() const { return duration_cast<Duration>(Clock::now() - started_); }

std::size_t Run::open() const {
    std::size_t open = 0;
    for (const auto& server : servers_) open += server->account.open();
    return open;
}

std::size_t Run::asked() const {
    std::size_t asked = 0;
    for (const auto& server : servers_) asked += server->account.asked();
    return asked;
}

bool Run::enough() const {
    const auto up =
        std::count_if(servers_.begin(), servers_.end(), [](const auto& server) { return server->account.open() > 0; });
    return static_cast<std::size_t>(up) >= options_.required.of(targets_.size());
}

void Run::tick() { on_event_(Tick{elapsed(), open()}); }

}  // namespace connprobe::warm
