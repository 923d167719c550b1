#include "connprobe/pool.hpp"

#include <utility>

#include "pool/extras.hpp"
#include "pool/server.hpp"
#include "pool/servers.hpp"

namespace connprobe {

std::string_view to_string(CloseReason reason) noexcept {
    switch (reason) {
        case CloseReason::idle: return "idle";
        case CloseReason::lifetime: return "lifetime";
        case CloseReason::discarded: return "discarded";
        case CloseReason::released: return "released";
        case CloseReason::closing: break;
    }
    return "closing";
}

Pool::Pool(asio::io_context& context, Target server, const PoolOptions& options)
    : server_{std::make_shared<pool::Server>(
          std::make_shared<pool::Shared>(context, options.resolver, options.max_connecting), std::move(server), options,
          pool::Extras{}, std::make_shared<pool::Numbers>(), true)} {
    server_->start();
}

Pool::Pool(std::shared_ptr<pool::Server> server) noexcept : server_{std::move(server)} {}
Pool::Pool(Pool&&) noexcept = default;

Pool& Pool::operator=(Pool&& other) noexcept {
    std::swap(server_, other.server_);
    return *this;
}

Pool::~Pool() {
    if (server_) server_->close(nullptr);
}

PoolMetrics Pool::metrics() const noexcept { return server_->metrics(); }
const Target& Pool::server() const noexcept { return server_->target(); }
Duration Pool::default_timeout() const noexcept { return server_->options().acquire_timeout; }
asio::io_context::executor_type Pool::executor_of(const pool::Server& server) noexcept { return server.executor(); }

void Pool::start_acquire(const std::shared_ptr<pool::Server>& server, Duration timeout,
                         std::unique_ptr<detail::Completion<Acquired>> completion) {
    server->acquire(timeout, std::move(completion));
}

void Pool::start_close(const std::shared_ptr<pool::Server>& server, std::unique_ptr<detail::Completion<>> completion) {
    server->close(std::move(completion));
}

PoolSet::PoolSet(asio::io_context& context, std::vector<Target> servers, PoolSetOptions options)
    : servers_{std::make_shared<pool::Servers>(context, std::move(servers), std::move(options))} {
    servers_->start();
}

PoolSet::PoolSet(PoolSet&&) noexcept = default;

PoolSet& PoolSet::operator=(PoolSet&& other) noexcept {
    std::swap(servers_, other.servers_);
    return *this;
}

PoolSet::~PoolSet() {
    if (servers_) servers_->close(nullptr);
}

std::vector<std::string> PoolSet::servers(const std::string& tag) const { return servers_->names(tag); }
std::optional<PoolMetrics> PoolSet::metrics(const std::string& name) const { return servers_->metrics(name); }
Duration PoolSet::default_timeout() const noexcept { return servers_->options().pool.acquire_timeout; }
asio::io_context::executor_type PoolSet::executor_of(const pool::Servers& servers) noexcept {
    return servers.executor();
}

void PoolSet::start_acquire(const std::shared_ptr<pool::Servers>& servers, Duration timeout, std::string name,
                            std::unique_ptr<detail::Completion<Acquired>> completion) {
    servers->acquire(timeout, std::move(name), std::move(completion));
}

void PoolSet::start_next(const std::shared_ptr<pool::Servers>& servers, Duration timeout, std::string tag,
                         std::unique_ptr<detail::Completion<Acquired>> completion) {
    servers->acquire_any(timeout, std::move(tag), Balance::round_robin, std::move(completion));
}

void PoolSet::start_least(const std::shared_ptr<pool::Servers>& servers, Duration timeout, std::string tag,
                          std::unique_ptr<detail::Completion<Acquired>> completion) {
    servers->acquire_any(timeout, std::move(tag), Balance::least_in_use, std::move(completion));
}

void PoolSet::start_all(const std::shared_ptr<pool::Servers>& servers, Duration timeout, std::string tag,
                        std::unique_ptr<detail::Completion<std::vector<Acquired>>> completion) {
    servers->acquire_all(timeout, std::move(tag), std::move(completion));
}

void PoolSet::start_close(const std::shared_ptr<pool::Servers>& servers,
                          std::unique_ptr<detail::Completion<>> completion) {
    servers->close(std::move(completion));
}

std::shared_ptr<pool::Shared> pool::make_shared_parts(asio::io_context& context, const Resolver& resolver,
                                                      std::size_t max_connecting) {
    return std::make_shared<Shared>(context, resolver, max_connecting);
}

Pool pool::make_pool(std::shared_ptr<Shared> shared, Target server, const PoolOptions& options, Extras extras) {
    auto made = std::make_shared<Server>(std::move(shared), std::move(server), options, std::move(extras),
                                         std::make_shared<Numbers>(), false);
    made->start();
    return Pool{std::move(made)};
}

}  // namespace connprobe
