// A connection to a target, opened phase by phase: resolve, connect, handshake.
#pragma once

#include <optional>
#include <string_view>

#include "engine/job.hpp"
#include "engine/names.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"
#include "net/tls_contexts.hpp"

namespace connprobe::engine {

/// What an io thread lends to its attempts.
struct Tools {
    net::Loop& loop;
    Lookups& lookups;
    net::TlsContexts& contexts;
    bool trace = false;  ///< somebody listens to what is said
};

/// What opening came to. There is a stream unless the outcome has a failure.
struct Opened {
    Outcome outcome;
    std::optional<net::Stream> stream;
    net::TimePoint start;  ///< what the attempt's limit counts from: waiting for a descriptor is not the server's time
};

/// Walks the phases up to a connection that can be used. `fresh` asks for the name again. When the run's end cuts it
/// short, the failure's code is interrupted. The attempt's limit counts from `start`.
[[nodiscard]] net::Task<Opened> open(Tools tools, const Target& target, bool fresh,
                                     net::TimePoint start = net::Clock::now());

/// The addresses of a name that the settings leave.
[[nodiscard]] AddressFamily wanted_family(const Settings& settings);

/// The first of these phases alone, resolve and connect: then there is a stream, or the outcome has a failure.
[[nodiscard]] net::Task<void> reach(Tools tools, const Target& target, bool fresh, Opened& opened);

/// The limit of a phase that begins now, in an attempt that counts from `start`.
[[nodiscard]] net::Limit limit_of(const Settings& settings, net::TimePoint start, const std::optional<Duration>& own,
                                  std::string_view key);

}  // namespace connprobe::engine
