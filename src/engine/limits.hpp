// How much at once: attempts in flight and threads, from what was asked for and what this machine allows.
#pragma once

#include <algorithm>
#include <cstddef>

namespace connprobe::engine {

/// Where an adaptive limit begins.
inline constexpr std::size_t first_concurrency = 64;

/// The most that an adaptive limit grows to: half of the ports that Linux gives out to connections (ip_local_port_range),
/// which machines behind the same address translation share.
inline constexpr std::size_t most_concurrency = 16'384;

/// Of memory that an attempt may take: a socket, its coroutines, its result, and the buffers of a TLS handshake. All
/// together get a quarter of what is left.
inline constexpr std::size_t attempt_memory = std::size_t{64} * 1024;

inline constexpr std::size_t servers_per_thread = 32;

/// Descriptors that are not for targets: standard streams, epoll, timers, the resolver's sockets, output files.
inline constexpr std::size_t reserved_descriptors = 64;

/// Attempts that are kept of each server, and of all of them together as long as that leaves enough for each. A wait of
/// a minute with its own delay makes 240; one attempt takes about 400 bytes.
inline constexpr std::size_t most_history = 300, least_history = 20, whole_history = 1'000'000;

/// How many attempts the history of one of so many servers has room for.
[[nodiscard]] constexpr std::size_t history_room(std::size_t servers) {
    return std::clamp(whole_history / std::max<std::size_t>(1, servers), least_history, most_history);
}

/// What there is to begin with.
struct Room {
    std::size_t descriptors;  ///< the limit of open files
    std::size_t memory;       ///< bytes that can be had
};

/// The most attempts in flight: `requested`, or (0, adaptive) what memory allows, at most 16,384; never more than there
/// are servers or than descriptors are left for; at least 1.
[[nodiscard]] constexpr std::size_t concurrency(std::size_t requested, std::size_t servers, const Room& room) {
    const std::size_t wanted =
        requested == 0 ? std::min(most_concurrency, room.memory / 4 / attempt_memory) : requested;
    const std::size_t descriptors =
        room.descriptors > 2 * reserved_descriptors ? room.descriptors - reserved_descriptors : room.descriptors / 2;
    return std::max<std::size_t>(1, std::min({wanted, std::max<std::size_t>(1, servers), descriptors}));
}

/// Threads: `requested`, or (0) one for each 32 servers, at most the processors; never more than attempts in flight.
[[nodiscard]] constexpr std::size_t threads(std::size_t requested, std::size_t servers, std::size_t processors,
                                            std::size_t concurrent) {
    const std::size_t wanted = requested != 0 ? requested
                                              : std::min((servers + servers_per_thread - 1) / servers_per_thread,
                                                         std::max<std::size_t>(1, processors));
    return std::clamp<std::size_t>(wanted, 1, std::max<std::size_t>(1, concurrent));
}

}  // namespace connprobe::engine
