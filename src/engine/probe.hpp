// One attempt: a connection opened, judged, and closed.
#pragma once

#include "engine/open.hpp"

namespace connprobe::engine {

/// Walks the phases once and closes the connection. A retry asks for the name again. When the run's end cuts it short,
/// the failure's code is interrupted.
[[nodiscard]] net::Task<Outcome> probe(Tools tools, const Target& target, bool retry);

/// The same without a judgement on how well it went, with a limit that counts from `began`; of several addresses the
/// first that is connected to is enough.
[[nodiscard]] net::Task<Outcome> probe_one(Tools tools, const Target& target, bool retry, net::TimePoint began);

}  // namespace connprobe::engine
