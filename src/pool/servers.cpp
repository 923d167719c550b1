#include "pool/servers.hpp"

#include <algorithm>
#include <utility>

#include "pool/least_loaded.hpp"

namespace connprobe::pool {

namespace {

Failure unknown(const std::string& what) { return make_failure(std::nullopt, Code::bad_name, what); }

}  // namespace

Servers::Servers(asio::io_context& context, std::vector<Target> targets, PoolSetOptions options)
    : executor_{context.get_executor()},
      shared_{make_shared_parts(context, options.pool.resolver, options.pool.max_connecting)},
      options_{std::move(options)},
      cache_{options_.max_servers, options_.time_to_live},
      timer_{executor_} {
    for (auto& target : targets)
        if (by_name_.emplace(target.name, entries_.size()).second) entries_.emplace_back().target = std::move(target);
}

void Servers::start() {
    if (options_.pool.min == 0 || options_.max_servers != 0) return;
    asio::post(executor_, [self = shared_from_this()] {
        for (std::size_t index = 0; index < self->entries_.size() && !self->closing_; ++index)
            static_cast<void>(self->server(index));
    });
}

void Servers::acquire(Duration timeout, std::string name, std::unique_ptr<Waiting::Completion> completion) {
    start_waiting(executor_, timeout, std::move(completion),
                  [self = shared_from_this(), name = std::move(name)](const std::shared_ptr<Waiting>& waiting) {
                      const auto known = self->by_name_.find(name);
                      if (known == self->by_name_.end()) return waiting->fail(unknown("no server is called " + name));
                      self->begin(known->second, waiting);
                  });
}

void Servers::acquire_any(Duration timeout, std::string tag, Balance balance,
                          std::unique_ptr<Waiting::Completion> completion) {
    start_waiting(executor_, timeout, std::move(completion),
                  [self = shared_from_this(), tag = std::move(tag), balance](const std::shared_ptr<Waiting>& waiting) {
                      const auto all = self->tagged(tag);
                      if (all.empty()) return waiting->fail(unknown("no server has the tag " + tag));
                      self->begin(self->chosen(tag, all, balance), waiting);
                  });
}

void Servers::acquire_all(Duration timeout, std::string tag, std::unique_ptr<Gather::Completion> completion) {
    auto& told = *completion;
    const auto gather = std::make_shared<Gather>(std::move(completion));
    told.on_cancel([weak = std::weak_ptr{gather}, pool = executor_] {
        asio::post(pool, [weak] {
            if (const auto self = weak.lock()) self->cancel();
        });
    });
    asio::dispatch(executor_, [self = shared_from_this(), timeout, gather, tag = std::move(tag)] {
        std::vector<std::shared_ptr<Server>> servers;
        for (const auto index : self->tagged(tag)) servers.push_back(self->server(index));
        gather->begin(servers, timeout);
        self->tidy();
    });
}

void Servers::begin(std::size_t index, const std::shared_ptr<Waiting>& waiting) {
    const auto chosen_one = server(index);
    if (!chosen_one) return waiting->fail(pools_closed());
    chosen_one->enqueue(waiting);
    tidy();
}

std::vector<std::size_t> Servers::tagged(const std::string& tag) const {
    std::vector<std::size_t> found;
    for (std::size_t index = 0; index < entries_.size(); ++index) {
        const auto& tags = entries_[index].target.tags;
        if (tag.empty() || std::ranges::find(tags, tag) != tags.end()) found.push_back(index);
    }
    return found;
}

std::size_t Servers::chosen(const std::string& tag, const std::vector<std::size_t>& all, Balance balance) {
    auto& turn = turns_[tag];
    if (balance == Balance::round_robin) return all[turn++ % all.size()];
    std::vector<std::size_t> loads;
    for (const auto index : all) {
        const auto metrics = entries_[index].server ? entries_[index].server->metrics_now() : PoolMetrics{};
        loads.push_back(metrics.in_use + metrics.waiting);
    }
    const auto least = least_loaded(loads, turn);
    turn = least + 1;
    return all[least];
}

std::shared_ptr<Server> Servers::server(std::size_t index) {
    auto& entry = entries_[index];
    if (closing_) return nullptr;
    cache_.used(index, net::Clock::now());
    if (entry.server) return entry.server;
    entry.server = std::make_shared<Server>(shared_, entry.target, options_.pool, Extras{}, entry.numbers, false);
    entry.server->on_quiet([weak = weak_from_this(), index] {
        const auto self = weak.lock();
        if (!self || self->closing_) return;
        self->cache_.used(index, net::Clock::now());
        self->tidy();
    });
    entry.has_pool = true;
    entry.server->start();
    return entry.server;
}

// Closes the pools that are too many or too old, and sleeps until the next is too old.
void Servers::tidy() {
    if (closing_) return;
    const auto now = net::Clock::now();
    while (const auto evicted =
               cache_.evict(now, [this](std::size_t index) { return !entries_[index].server->quiet(); })) {
        auto& entry = entries_[*evicted];
        entry.has_pool = false;
        std::exchange(entry.server, nullptr)->close(nullptr);
    }
    const auto at = cache_.wake_at(now);
    if (at >= armed_) return;
    armed_ = at;
    timer_.expires_at(at);
    timer_.async_wait([weak = weak_from_this()](const std::error_code& error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->armed_ = net::TimePoint::max();
        self->tidy();
    });
}

void Servers::close(std::unique_ptr<detail::Completion<>> completion) {
    auto closer = Closers::closer(executor_, std::move(completion));
    asio::dispatch(executor_, [self = shared_from_this(), closer = std::move(closer)] {
        self->closers_.add(closer);
        self->begin_to_close();
    });
}

void Servers::begin_to_close() {
    ++open_pools_;  // until all have been told to
    if (!std::exchange(closing_, true)) {
        timer_.cancel();
        shared_->loop.deadlines.cancel_all();
        for (auto& entry : entries_) {
            if (!entry.server) continue;
            ++open_pools_;
            entry.server->close(std::make_unique<Part<>>([self = shared_from_this()] { self->one_closed(); }));
        }
    }
    one_closed();
}

void Servers::one_closed() {
    if (--open_pools_ == 0) closers_.tell_all();
}

std::vector<std::string> Servers::names(const std::string& tag) const {
    std::vector<std::string> names;
    for (const auto index : tagged(tag)) names.push_back(entries_[index].target.name);
    return names;
}

std::optional<PoolMetrics> Servers::metrics(const std::string& name) const {
    const auto known = by_name_.find(name);
    if (known == by_name_.end() || !entries_[known->second].has_pool) return std::nullopt;
    return entries_[known->second].numbers->load();
}

}  // namespace connprobe::pool
