// What a connect that failed says to people: the code of its errno, one sentence, and a hint that names the port.
#pragma once

#include <optional>
#include <string_view>

#include "connprobe/failure.hpp"
#include "net/connect_errors.hpp"
#include "net/limit.hpp"
#include "net/peer.hpp"

namespace connprobe::net {

/// `error` is an errno of socket(2) or connect(2); `icmp` what a router said, if one did; `source` the address that the
/// user wants connections to come from, if there is one.
[[nodiscard]] Failure connect_failure(const Peer& peer, int error, std::optional<Icmp> icmp, Duration elapsed,
                                      std::string_view source = {});

/// The peer was silent until the limit.
[[nodiscard]] Failure connect_timed_out(const Peer& peer, const Limit& limit);

}  // namespace connprobe::net
