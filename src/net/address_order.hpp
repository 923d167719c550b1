// In which order the addresses of a name are tried.
#pragma once

#include <optional>
#include <vector>

#include "net/address.hpp"

namespace connprobe::net {

/// An address and what this machine would reach it from.
struct Candidate {
    asio::ip::address destination;
    std::optional<asio::ip::address> source;  ///< none: there is no route to it
};

/// The destinations by RFC 6724 §6, the best first. The rules about deprecated and home addresses and about tunnels need
/// what is not known here and are left out; the longest prefix counts for IPv6 only, for among IPv4 addresses it would
/// undo the round robin of a DNS server.
[[nodiscard]] std::vector<asio::ip::address> sorted(std::vector<Candidate> candidates);

/// IPv6 and IPv4 by turns, beginning with the family of the first; within a family the order stays (RFC 8305 §4).
[[nodiscard]] std::vector<asio::ip::address> interleaved(const std::vector<asio::ip::address>& addresses);

}  // namespace connprobe::net
