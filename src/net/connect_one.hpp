// One address tried once: opened, connected, and judged by what the kernel knows of it.
#pragma once

#include <optional>

#include "connprobe/failure.hpp"
#include "net/limit.hpp"
#include "net/peer.hpp"
#include "net/socket.hpp"

namespace connprobe::net {

/// What became of it. The socket is open if, and only if, there is no failure.
struct Trial {
    explicit Trial(Loop& loop) : socket{loop} {}

    Socket socket;
    std::optional<Failure> failure;
    TimePoint started;       ///< when the SYN left
    Duration elapsed{};      ///< from then to the connection or the failure
    bool closed_at_once = false;
    bool syn_retransmitted = false;
};

/// Fills `trial`. Closing its socket from outside ends the wait; what is in it then means nothing.
[[nodiscard]] Task<void> connect_one(Trial& trial, const Peer& peer, Limit limit);

}  // namespace connprobe::net
