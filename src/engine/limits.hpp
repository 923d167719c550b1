// How much at once: attempts in flight and threads, from what was asked for and what this machine allows.
#pragma once

#include <algorithm>
#include <cstddef>

namespace connprobe::engine {

inline constexpr std::size_t default_concurrency = 64;
inline constexpr std::size_t servers_per_thread = 32;

/// Descriptors that are not for targets: standard streams, epoll, timers, the resolver's sockets, output files.
inline constexpr std::size_t reserved_descriptors = 64;

/// Attempts in flight: `requested`, or (0) the servers but at most 64; never more than there are servers or than
/// `descriptors` (the limit of open files) leaves room for; at least 1.
[[nodiscard]] constexpr std::size_t concurrency(std::size_t requested, std::size_t servers, std::size_t descriptors) {
    const std::size_t wanted = requested == 0 ? default_concurrency : requested;
    const std::size_t room =
        descriptors > 2 * reserved_descriptors ? descriptors - reserved_descriptors : descriptors / 2;
    return std::max<std::size_t>(1, std::min({wanted, std::max<std::size_t>(1, servers), room}));
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
