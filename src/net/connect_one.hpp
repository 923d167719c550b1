// One address tried once: opened, connected, and judged by what the kernel knows of it.
#pragma once

#include <optional>

#include "connprobe/failure.hpp"
#include "net/limit.hpp"
#include "net/origin.hpp"
#include "net/peer.hpp"
#include "net/socket.hpp"

namespace connprobe::net {

/// What became of it so far. Once it is over, it is either connected or has a failure.
struct Trial {
    explicit Trial(Loop& loop) : socket{loop} {}

    Socket socket;
    bool connected = false;  ///< the socket is open, and the handshake was completed
    std::optional<Failure> failure;
    bool unwanted = false;   ///< from outside: the race is over, do not begin
    Duration waited{};       ///< for a descriptor
    bool exhausted = false;  ///< there was none at first
    TimePoint started;       ///< when the SYN left
    Duration elapsed{};      ///< from then to the connection or the failure
    Duration seen_after{};   ///< the same by our own clock, lateness included
    bool closed_at_once = false;
    bool syn_retransmitted = false;
};

/// Fills `trial`. Closing its socket from outside ends the wait; what is in it then means nothing.
[[nodiscard]] Task<void> connect_one(Trial& trial, const Peer& peer, const Origin& origin, Limit limit);

}  // namespace connprobe::net
