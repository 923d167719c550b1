// The pools of several servers: made at need, chosen by name or tag, closed when nobody uses them any more.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connprobe/pool.hpp"
#include "pool/gather.hpp"
#include "pool/server.hpp"
#include "pool/server_cache.hpp"

namespace connprobe::pool {

/// What is not said to be of any thread belongs to the pools'.
class Servers : public std::enable_shared_from_this<Servers> {
public:
    Servers(asio::io_context& context, std::vector<Target> targets, PoolSetOptions options);

    // Of any thread:
    void start();
    void acquire(Duration timeout, std::string name, std::unique_ptr<Waiting::Completion> completion);
    void acquire_any(Duration timeout, std::string tag, Balance balance,
                     std::unique_ptr<Waiting::Completion> completion);
    void acquire_all(Duration timeout, std::string tag, std::unique_ptr<Gather::Completion> completion);
    void close(std::unique_ptr<detail::Completion<>> completion);  ///< which may be none
    [[nodiscard]] net::Executor executor() const noexcept { return executor_; }
    [[nodiscard]] const PoolSetOptions& options() const noexcept { return options_; }
    [[nodiscard]] std::vector<std::string> names(const std::string& tag) const;
    [[nodiscard]] std::optional<PoolMetrics> metrics(const std::string& name) const;

private:
    struct Entry {
        Target target;
        std::shared_ptr<Numbers> numbers = std::make_shared<Numbers>();
        std::atomic<bool> has_pool{false};
        std::shared_ptr<Server> server{};  ///< none while it has no pool
    };

    [[nodiscard]] std::vector<std::size_t> tagged(const std::string& tag) const;
    void begin(std::size_t index, const std::shared_ptr<Waiting>& waiting);
    [[nodiscard]] std::size_t chosen(const std::string& tag, const std::vector<std::size_t>& all, Balance balance);
    [[nodiscard]] std::shared_ptr<Server> server(std::size_t index);  ///< made at need; none when closing
    void tidy();
    void begin_to_close();
    void one_closed();

    net::Executor executor_;
    std::shared_ptr<Shared> shared_;
    PoolSetOptions options_;
    std::deque<Entry> entries_;
    std::map<std::string, std::size_t> by_name_;
    std::map<std::string, std::size_t> turns_;  ///< by tag
    ServerCache cache_;
    Closers closers_;
    std::size_t open_pools_ = 0;  ///< when closing: those that are not closed yet
    asio::basic_waitable_timer<net::Clock, asio::wait_traits<net::Clock>, net::Executor> timer_;
    net::TimePoint armed_ = net::TimePoint::max();
    bool closing_ = false;
};

}  // namespace connprobe::pool
