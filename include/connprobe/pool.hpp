// Connections to servers, kept open for a program that uses them again and again.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connprobe/pool/completion.hpp"
#include "connprobe/pool/connection.hpp"
#include "connprobe/pool/events.hpp"
#include "connprobe/prober.hpp"
#include "connprobe/target.hpp"

namespace connprobe {

namespace pool {
class Server;
class Servers;
struct Extras;
}  // namespace pool

/// idle_timeout and max_lifetime are shortened at random by up to 2.5 %, so that what began together does not end
/// together.
struct PoolOptions {
    /// Connections kept open while nobody asks; more than `max` means `max`. When the retry policy of the target says
    /// stop (the default policy does at once), no more are opened before somebody asks.
    std::size_t min = 0;
    std::size_t max = 10;                                 ///< never more, those on their way included; 0 means 1
    Duration acquire_timeout = std::chrono::seconds{30};  ///< of an acquisition that says nothing else; 0: none
    Duration idle_timeout = std::chrono::minutes{5};      ///< an idle one beyond `min` is closed; 0: never
    Duration max_lifetime = std::chrono::minutes{30};     ///< replaced when it is idle; 0: never
    /// One idle for so long is checked before it is lent, if the target has a check; what is opened is checked anyway. A
    /// check that leaves no usable connection is done at the first opening only. Whether the peer has closed a
    /// connection is always looked at.
    Duration validate_after = std::chrono::milliseconds{500};
    Duration keepalive{};  ///< every idle one is checked so often, and TCP keepalive is on; 0: off
    /// Connections being opened at the same time, over all servers of a PoolSet; 0: no limit.
    std::size_t max_connecting = 0;
    Resolver resolver;
    std::uint64_t seed = 0;  ///< of all that is drawn at random
    PoolObserver observer;   ///< may be empty
};

/// Connections to one server.
///
/// Whoever asks for a connection gets an idle one (the one used last), or waits: first come, first served. New ones are
/// opened in parallel, but never more than there are waiting. A server that fails is tried again by the retry policy of
/// its target, once for all who wait: each gets the last failure when its time is over, or at once when the policy says
/// stop. Opening has the phases, the limits and the failures of a probe (target.hpp).
///
/// Thread-safety: the pool does its work on its io_context, which exactly one thread must run and which must outlive the
/// pool and its connections. `acquire`, `metrics` and what they give may be used on any thread; whoever runs on that
/// io_context pays no change of threads. No exceptions but std::bad_alloc.
class Pool {
public:
    /// Begins to open `min` connections as soon as the io_context runs. Until it is closed or destroyed, the pool keeps
    /// the io_context from running out of work while it has connections. A server without settings has the defaults.
    Pool(asio::io_context& context, Target server, const PoolOptions& options = {});
    explicit Pool(std::shared_ptr<pool::Server> server) noexcept;  ///< of src/pool
    Pool(Pool&&) noexcept;
    Pool& operator=(Pool&&) noexcept;
    ~Pool();  ///< begins to close
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// A connection, or why there is none within the time. Signature void(Acquired). Can be cancelled; a connection that
    /// comes in that very moment is in what is then completed with, or goes back.
    template <class Token = asio::use_awaitable_t<>>
    auto acquire(Token&& token = {}) {
        return acquire_within(default_timeout(), std::forward<Token>(token));
    }
    /// Within a time of its own; 0: no limit.
    template <class Token = asio::use_awaitable_t<>>
    auto acquire_within(Duration timeout, Token&& token = {}) {
        return asio::async_initiate<Token, void(Acquired)>(
            [](auto handler, const std::shared_ptr<pool::Server>& server, Duration limit) {
                const auto executor = executor_of(*server);
                start_acquire(server, limit, detail::make_completion<Acquired>(std::move(handler), executor));
            },
            token, server_, timeout);
    }

    /// Closes what is idle, lets nobody wait any longer, and completes when the last borrowed connection has come home.
    /// Signature void(). Cancelled, it completes at once, and the closing goes on.
    template <class Token = asio::use_awaitable_t<>>
    auto close(Token&& token = {}) {
        return asio::async_initiate<Token, void()>(
            [](auto handler, const std::shared_ptr<pool::Server>& server) {
                const auto executor = executor_of(*server);
                start_close(server, detail::make_completion<>(std::move(handler), executor));
            },
            token, server_);
    }

    [[nodiscard]] PoolMetrics metrics() const noexcept;
    [[nodiscard]] const Target& server() const noexcept;

private:
    [[nodiscard]] Duration default_timeout() const noexcept;
    static asio::io_context::executor_type executor_of(const pool::Server& server) noexcept;
    static void start_acquire(const std::shared_ptr<pool::Server>& server, Duration timeout,
                              std::unique_ptr<detail::Completion<Acquired>> completion);
    static void start_close(const std::shared_ptr<pool::Server>& server,
                            std::unique_ptr<detail::Completion<>> completion);

    std::shared_ptr<pool::Server> server_;
};

/// Which of the servers of a tag is asked.
enum class Balance : std::uint8_t {
    round_robin,   ///< one after the other
    least_in_use,  ///< the one with the fewest connections lent and waited for; of several, one after the other
};

struct PoolSetOptions {
    PoolOptions pool;             ///< of each server
    std::size_t max_servers = 0;  ///< servers with a pool at the same time; 0: no limit
    Duration time_to_live{};      ///< the pool of a server that nobody has used for so long is closed; 0: never
};

/// Pools over several servers, known by their target's name (cacheKey). A server's pool is made at its first use; when
/// there are too many, the one not used for the longest time is closed. One with connections in use or waited for never
/// is: there may be more pools than `max_servers` for that long. With `min` and without `max_servers` all are made at
/// once.
///
/// Thread-safety as Pool. Of targets with the same name the first counts.
class PoolSet {
public:
    PoolSet(asio::io_context& context, std::vector<Target> servers, PoolSetOptions options = {});
    PoolSet(PoolSet&&) noexcept;
    PoolSet& operator=(PoolSet&&) noexcept;
    ~PoolSet();  ///< begins to close
    PoolSet(const PoolSet&) = delete;
    PoolSet& operator=(const PoolSet&) = delete;

    /// Of the server of that name, within the acquire_timeout. Signature void(Acquired).
    template <class Token = asio::use_awaitable_t<>>
    auto acquire(std::string name, Token&& token = {}) {
        return acquire_within(default_timeout(), std::move(name), std::forward<Token>(token));
    }
    /// Within a time of its own; 0: no limit. The other forms with `_within` are alike.
    template <class Token = asio::use_awaitable_t<>>
    auto acquire_within(Duration timeout, std::string name, Token&& token = {}) {
        return begin<Acquired>(&PoolSet::start_acquire, timeout, std::move(name), std::forward<Token>(token));
    }

    /// Of one of the servers with that tag; an empty one means all servers. Who fails is not asked instead of another:
    /// ask again, and it is the next one's turn. Signature void(Acquired).
    template <class Token = asio::use_awaitable_t<>>
    auto acquire_any(std::string tag, Balance balance, Token&& token = {}) {
        return acquire_any_within(default_timeout(), std::move(tag), balance, std::forward<Token>(token));
    }
    template <class Token = asio::use_awaitable_t<>>
    auto acquire_any_within(Duration timeout, std::string tag, Balance balance, Token&& token = {}) {
        return begin<Acquired>(balance == Balance::round_robin ? &PoolSet::start_next : &PoolSet::start_least, timeout,
                               std::move(tag), std::forward<Token>(token));
    }

    /// Of every server with that tag, all at the same time; an empty one means all servers. One Acquired for each, in
    /// the order of the servers, some of them failures maybe; `servers` has the names. Signature
    /// void(std::vector<Acquired>). Cancelled, all that have none yet are.
    template <class Token = asio::use_awaitable_t<>>
    auto acquire_all(std::string tag, Token&& token = {}) {
        return acquire_all_within(default_timeout(), std::move(tag), std::forward<Token>(token));
    }
    template <class Token = asio::use_awaitable_t<>>
    auto acquire_all_within(Duration timeout, std::string tag, Token&& token = {}) {
        return begin<std::vector<Acquired>>(&PoolSet::start_all, timeout, std::move(tag), std::forward<Token>(token));
    }

    /// As Pool::close, of all.
    template <class Token = asio::use_awaitable_t<>>
    auto close(Token&& token = {}) {
        return asio::async_initiate<Token, void()>(
            [](auto handler, const std::shared_ptr<pool::Servers>& all) {
                const auto executor = executor_of(*all);
                start_close(all, detail::make_completion<>(std::move(handler), executor));
            },
            token, servers_);
    }

    /// The names of the servers with that tag, in their order; with an empty one, of all.
    [[nodiscard]] std::vector<std::string> servers(const std::string& tag = {}) const;

    /// Of the server of that name; none while it has no pool.
    [[nodiscard]] std::optional<PoolMetrics> metrics(const std::string& name) const;

private:
    template <class Result>
    using Start = void (*)(const std::shared_ptr<pool::Servers>&, Duration, std::string,
                           std::unique_ptr<detail::Completion<Result>>);

    template <class Result, class Token>
    auto begin(Start<Result> start, Duration timeout, std::string word, Token&& token) {
        return asio::async_initiate<Token, void(Result)>(
            [](auto handler, const std::shared_ptr<pool::Servers>& all, Start<Result> starting, Duration limit,
               std::string name) {
                const auto executor = executor_of(*all);
                starting(all, limit, std::move(name), detail::make_completion<Result>(std::move(handler), executor));
            },
            token, servers_, start, timeout, std::move(word));
    }
    [[nodiscard]] Duration default_timeout() const noexcept;
    static asio::io_context::executor_type executor_of(const pool::Servers& servers) noexcept;
    static void start_acquire(const std::shared_ptr<pool::Servers>&, Duration, std::string,
                              std::unique_ptr<detail::Completion<Acquired>>);
    static void start_next(const std::shared_ptr<pool::Servers>&, Duration, std::string,
                           std::unique_ptr<detail::Completion<Acquired>>);
    static void start_least(const std::shared_ptr<pool::Servers>&, Duration, std::string,
                            std::unique_ptr<detail::Completion<Acquired>>);
    static void start_all(const std::shared_ptr<pool::Servers>&, Duration, std::string,
                          std::unique_ptr<detail::Completion<std::vector<Acquired>>>);
    static void start_close(const std::shared_ptr<pool::Servers>&, std::unique_ptr<detail::Completion<>>);

    std::shared_ptr<pool::Servers> servers_;
};

}  // namespace connprobe
