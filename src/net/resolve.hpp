// What asking for the addresses of a name came to.
#pragma once

#include <optional>
#include <vector>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"
#include "net/address.hpp"

namespace connprobe::net {

/// Shared between threads, immutable once made.
struct Answer {
    /// In the order in which to try them, scope ids kept; empty if it failed.
    std::vector<asio::ip::address> addresses;
    /// The family that was not waited for (RFC 8305 §3): if none of `addresses` works, ask for its addresses too.
    std::optional<AddressFamily> missing;
    std::optional<Failure> failure;
    Duration asked{};   ///< the time that the question took
    Duration waited{};  ///< before it could be asked
};

/// By RFC 6724, families interleaved. Where this machine would send from is asked of the kernel; no packet is sent.
[[nodiscard]] std::vector<asio::ip::address> in_order(const std::vector<asio::ip::address>& addresses);

/// Loopback of one or both families.
[[nodiscard]] std::vector<asio::ip::address> loopback_addresses(AddressFamily family);

/// Only the addresses of that family.
[[nodiscard]] std::vector<asio::ip::address> of_family(const std::vector<asio::ip::address>& addresses,
                                                       AddressFamily family);

}  // namespace connprobe::net
