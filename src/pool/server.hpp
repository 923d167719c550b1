// The pool of one server: does what its machine decides, with sockets and a clock, on the pool's thread.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <memory>
#include <unordered_map>
#include <vector>

#include "connprobe/pool.hpp"
#include "pool/closers.hpp"
#include "pool/extras.hpp"
#include "pool/held.hpp"
#include "pool/loan.hpp"
#include "pool/machine.hpp"
#include "pool/numbers.hpp"
#include "pool/shared.hpp"
#include "pool/waiting.hpp"

namespace connprobe::pool {

/// Lives as long as somebody has one of its connections or waits for one, and until it is closed. What is not said to
/// be of any thread belongs to the pool's.
class Server : public std::enable_shared_from_this<Server> {
public:
    Server(std::shared_ptr<Shared> shared, Target target, const PoolOptions& options, Extras extras,
           std::shared_ptr<Numbers> numbers, bool alone);

    // Of any thread:
    void start();
    void acquire(Duration timeout, std::unique_ptr<Waiting::Completion> completion);
    void close(std::unique_ptr<detail::Completion<>> completion);  ///< which may be none
    void come_home(ConnectionId id, std::unique_ptr<Held> held, Return how, const std::optional<Failure>& failure);
    [[nodiscard]] net::Executor executor() const noexcept { return executor_; }
    [[nodiscard]] const Target& target() const noexcept { return target_; }
    [[nodiscard]] const PoolOptions& options() const noexcept { return options_; }
    [[nodiscard]] PoolMetrics metrics() const noexcept { return numbers_->load(); }

    void enqueue(const std::shared_ptr<Waiting>& waiting);
    void cancel(WaiterId waiter);
    void begin_to_close();
    [[nodiscard]] PoolMetrics metrics_now() const { return machine_.metrics(); }
    /// Nobody has or waits for a connection, and none is being opened or checked.
    [[nodiscard]] bool quiet() const;
    /// Called when it becomes quiet. The callback may close it.
    void on_quiet(std::function<void()> callback) { when_quiet_ = std::move(callback); }

private:
    void pump();  ///< does all there is to do now
    void settle();
    void act(const Open& open);
    void act(const Lend& lend);
    void act(const Fail& fail);
    void act(const Validate& validate);
    void act(const Close& close);

    [[nodiscard]] static net::Task<void> open(std::shared_ptr<Server> self, ConnectionId id);
    [[nodiscard]] static net::Task<void> validate(std::shared_ptr<Server> self, ConnectionId id);
    [[nodiscard]] bool ask_afresh(net::TimePoint now);
    /// Does it ask the server whether it is ready?
    [[nodiscard]] bool checks() const noexcept;
    /// `used_up`: the server is ready, but the connection was spent in asking; this too is a failure.
    [[nodiscard]] static net::Task<std::optional<Failure>> check(std::shared_ptr<Server> self, net::Stream& stream,
                                                                 net::TimePoint start, bool& used_up);
    void spawn(net::Task<void> task);
    void keep(ConnectionId id, engine::Opened opened, Duration elapsed);
    void receive(ConnectionId id, std::unique_ptr<Held> held, Return how, const std::optional<Failure>& failure);
    void lose(ConnectionId id, std::unique_ptr<Held> held, const Failure& failure);
    [[nodiscard]] std::unique_ptr<Held> take(ConnectionId id);
    void watch(ConnectionId id, Held& held);
    void unwatch(Held& held);
    void stirred(ConnectionId id, std::uint32_t watch);
    void sleep();
    void conclude();
    void tell(ConnectionId id, decltype(PoolEvent::what) what);

    std::shared_ptr<Shared> shared_;
    net::Executor executor_;
    Target target_;
    PoolOptions options_;
    Extras extras_;
    std::shared_ptr<Numbers> numbers_;
    Machine machine_;
    std::unordered_map<ConnectionId, std::unique_ptr<Held>> held_;  ///< idle, or being checked
    std::unordered_map<WaiterId, std::shared_ptr<Waiting>> waiting_;
    std::shared_ptr<const TlsFacts> tls_;  ///< of the last connection; those of which it is the same share it
    std::vector<ConnectionId> unwatched_;  ///< became idle just now
    Closers closers_;
    std::function<void()> when_quiet_;
    WaiterId last_waiter_ = 0;
    asio::basic_waitable_timer<net::Clock, asio::wait_traits<net::Clock>, net::Executor> timer_;
    net::TimePoint armed_ = net::TimePoint::max();
    std::optional<net::TimePoint> asked_name_;  ///< when it was last asked for afresh
    const bool alone_;                          ///< nobody else uses what is shared
    bool spoils_ = false;                       ///< the target's check leaves no usable connection
    bool quiet_ = true;
    bool pumping_ = false, has_place_ = false, lined_up_ = false, closing_ = false;
};

}  // namespace connprobe::pool
