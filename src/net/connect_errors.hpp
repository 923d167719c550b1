// What the errno of a connect that failed means: a table from errno, and what a router said, to a code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connprobe/failure.hpp"

namespace connprobe::net {

/// An ICMP or ICMPv6 message about a connection of ours, as the socket's error queue shows it (ip(7), IP_RECVERR).
struct Icmp {
    bool v6 = false;
    std::uint8_t type = 0, code = 0;
};

/// What decides, beside the errno.
struct ConnectContext {
    bool unix_socket = false;
    bool source_given = false;  ///< the user chose the local address
    std::optional<Icmp> icmp{};
};

/// The code of an errno of socket(2), connect(2) or SO_ERROR; none for one that has no row.
[[nodiscard]] std::optional<Code> connect_code(int error, const ConnectContext& context) noexcept;

/// Does the message say that a router or firewall forbids it? IPv4 3/9, 3/10, 3/13 (RFC 1812 §5.2.7.1), IPv6 1/1, 1/5,
/// 1/6 (RFC 4443 §3.1).
[[nodiscard]] bool is_prohibition(const Icmp& icmp) noexcept;

/// "ECONNREFUSED"; "errno 4711" for one that the C library does not know.
[[nodiscard]] std::string errno_name(int error);

}  // namespace connprobe::net
