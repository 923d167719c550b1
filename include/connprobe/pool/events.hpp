// What a pool tells about itself: its numbers now, and what has just happened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "connprobe/result.hpp"

namespace connprobe {

/// One server's pool. The first five are of this moment, the others since the pool was made.
struct PoolMetrics {
    std::size_t open = 0;     ///< connected: idle, in use, or being checked
    std::size_t idle = 0;     ///< ready to be lent
    std::size_t in_use = 0;   ///< lent
    std::size_t opening = 0;  ///< on their way, also those that wait for their turn (max_connecting)
    std::size_t waiting = 0;  ///< acquisitions that have no connection yet
    std::uint64_t acquired = 0, timed_out = 0;
    std::uint64_t created = 0;      ///< connections opened
    std::uint64_t open_failed = 0;  ///< attempts to open one
    std::uint64_t lost = 0;         ///< connections that broke
    std::uint64_t closed = 0;       ///< connections that the pool or a program closed, for another reason
    Duration waiting_time{};        ///< of all acquisitions that got a connection, together
    Duration longest_wait{};        ///< of one of them
};

/// Counts from 1 in each pool; never used again.
using ConnectionId = std::uint64_t;

enum class CloseReason : std::uint8_t {
    idle,       ///< idle_timeout
    lifetime,   ///< max_lifetime
    discarded,  ///< by the program that had it
    released,   ///< the program has its descriptor now
    closing,    ///< the pool is closing, or the connection came too late
};

[[nodiscard]] std::string_view to_string(CloseReason reason) noexcept;

/// A connection is there.
struct ConnectionOpened {
    PhaseTimes latency;   ///< as of a probe; `check` if the pool checks what it opens
    Duration elapsed{};   ///< wall time from its start to its end, waiting for its turn left out
    std::string address;  ///< connected to; empty for a unix socket
    const TlsFacts* tls;  ///< null without TLS; valid during the call
};
/// None came of it. The next attempt, if there is one, begins after `retry_in`.
struct OpenFailed {
    Failure failure;
    std::optional<Duration> retry_in;
};
struct ConnectionLent {
    Duration waited;  ///< since it was asked for
};
struct ConnectionReturned {
    Duration used;  ///< since it was lent
};
/// A check, before use or of keepalive, has passed.
struct ConnectionChecked {
    Duration elapsed;
};
/// It broke: idle, in use, or in its check. What it was: closed by the peer, reset, failed check, …
struct ConnectionLost {
    Failure failure;
};
struct ConnectionClosed {
    CloseReason reason;
};

struct PoolEvent {
    const Target* server;  ///< as given to the pool; never null
    ConnectionId connection;
    std::variant<ConnectionOpened, OpenFailed, ConnectionLent, ConnectionReturned, ConnectionChecked, ConnectionLost,
                 ConnectionClosed>
        what;
};

/// Called on the pool's thread, in the order in which things happened. It must not block, and may not destroy the pool.
using PoolObserver = std::function<void(const PoolEvent&)>;

}  // namespace connprobe
