// What pools on one io_context share: names, trust, deadlines, and the places for connections being opened.
#pragma once

#include <cstddef>

#include "engine/open.hpp"
#include "net/loop.hpp"
#include "net/socket_count.hpp"
#include "net/tls_contexts.hpp"
#include "net/tls_sessions.hpp"
#include "pool/places.hpp"
#include "pool/starts.hpp"

namespace connprobe::pool {

/// Belongs to the thread that runs the io_context.
struct Shared {
    /// With `resume` TLS sessions are resumed; then all of a connection stays on this thread, also while it is lent.
    Shared(asio::io_context& context, const Resolver& resolver, std::size_t max_connecting, bool resume = false)
        : loop{context, sockets},
          names{resolver},
          contexts{authorities, resume ? &sessions : nullptr},
          places{max_connecting},
          starts{context.get_executor()} {}

    [[nodiscard]] engine::Tools tools() noexcept { return {loop, lookups, contexts}; }

    net::SocketCount sockets;
    net::Loop loop;
    engine::Names names;
    engine::Lookups lookups{names, loop};
    net::Authorities authorities;
    net::TlsSessions sessions;
    net::TlsContexts contexts;
    Places places;
    Starts starts;
};

}  // namespace connprobe::pool
