// Where connections leave this machine: a source address, a network interface.
#pragma once

#include <optional>
#include <string>

#include "connprobe/failure.hpp"
#include "net/peer.hpp"

namespace connprobe::net {

struct Origin {
    std::string source;     ///< an address literal of this machine; empty: the kernel chooses
    std::string interface;  ///< its name; empty: the routes decide

    friend bool operator==(const Origin&, const Origin&) = default;
};

/// Binds a socket for a connection to `peer`, before it connects; unix sockets are left alone. Where this user may not
/// bind to a device, the interface is asked for as a route only (IP_UNICAST_IF). Of class local when it cannot be done.
[[nodiscard]] std::optional<Failure> bind_to(int descriptor, const Origin& origin, const Peer& peer);

/// The failure of a socket call that ended with `error`; `device` tells binding to the interface from the address.
[[nodiscard]] Failure origin_failure(const Origin& origin, bool device, int error);

}  // namespace connprobe::net
