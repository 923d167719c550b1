// One connection of a pool while the pool has it: its stream, what is known of its opening, and whether it still lives.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "connprobe/result.hpp"
#include "net/stream.hpp"

namespace connprobe::pool {

struct Held {
    net::Stream stream;
    PhaseTimes latency;
    std::string address;
    std::shared_ptr<const TlsFacts> tls;
    net::TimePoint since{};   ///< idle, or in use
    bool used = false;        ///< lent before
    bool watched = false;     ///< its socket is waited for
    std::uint32_t watch = 0;  ///< which wait that is
};

/// Is that the same, so that one of the two will do? A certificate is known by its fingerprint.
[[nodiscard]] bool same(const TlsFacts& one, const TlsFacts& other);

/// What a look at an idle connection shows.
struct Look {
    std::optional<Failure> failure;  ///< it cannot be used any more
    bool data = false;               ///< the server has spoken first: a greeting
};

/// Costs a system call.
[[nodiscard]] Look look(Held& held, const std::string& name);

/// Why the connection to the server `name` broke, from what reading or writing came to; `when` is "while it was idle".
[[nodiscard]] Failure break_of(const net::Transfer& transfer, const std::string& name, const std::string& when);

/// The kernel asks the peer after so long a silence whether it is still there, and again three times before it gives up.
void keep_alive(net::Stream& stream, Duration period) noexcept;

}  // namespace connprobe::pool
