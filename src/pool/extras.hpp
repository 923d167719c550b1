// What `warm` asks of a pool beyond its public face: a shared limit, an opening spread over time, checks on the stream.
#pragma once

#include <functional>
#include <memory>

#include "connprobe/pool.hpp"
#include "engine/job.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

namespace connprobe::pool {

struct Shared;

/// What is asked of a connection: none, or why it cannot be used. `until` is the time by which it must have answered.
using Check = std::function<net::Task<std::optional<Failure>>(net::Stream&, const Target&, net::TimePoint until)>;

struct Extras {
    /// The last phase of an opening (its time is `latency.check`), before use after `validate_after`, and the keepalive.
    /// Empty: a look at the socket.
    Check check;
    Duration ramp{};         ///< the first `min` connections are opened evenly over it; 0: at once
    Duration ramp_offset{};  ///< the ramp begins so late
    bool watch = true;       ///< is an idle connection waited for? Else its end is seen when it is lent or checked
    /// Hears what an attempt to open a connection found out and how long it took, before the observer hears of it.
    std::function<void(const engine::Outcome&, Duration)> tried;
};

/// What pools on one io_context share: names, trust, and the limit of connections being opened at the same time.
[[nodiscard]] std::shared_ptr<Shared> make_shared_parts(asio::io_context& context, const Resolver& resolver,
                                                        std::size_t max_connecting);

/// A pool that shares its parts with others; `options.resolver` and `options.max_connecting` count for nothing. A ramp
/// counts from now.
[[nodiscard]] Pool make_pool(std::shared_ptr<Shared> shared, Target server, const PoolOptions& options, Extras extras);

/// The stream of a borrowed connection, to be used on the pool's thread only, with Loop and Deadlines of the pool.
[[nodiscard]] net::Stream& stream_of(Connection& connection);

}  // namespace connprobe::pool
