// One attempt: resolve, connect, handshake.
#pragma once

#include "engine/job.hpp"
#include "engine/names.hpp"
#include "net/loop.hpp"
#include "net/tls_contexts.hpp"

namespace connprobe::engine {

/// What an io thread lends to its attempts.
struct Tools {
    net::Loop& loop;
    Lookups& lookups;
    net::TlsContexts& contexts;
};

/// Walks the phases once and closes the connection. A retry asks for the name again. When the run's end cuts it short,
/// the failure's code is interrupted.
[[nodiscard]] net::Task<Outcome> probe(Tools tools, const Target& target, bool retry);

}  // namespace connprobe::engine
