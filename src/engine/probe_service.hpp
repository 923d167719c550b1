// An attempt on an SRV record that could not be had when the run began.
#pragma once

#include "engine/open.hpp"

namespace connprobe::engine {

/// Asks for the record, and judges all servers that it names at the same time, as one: up if all are. The first attempt
/// takes over what was asked before the run (AskedBefore), with the time that it took.
[[nodiscard]] net::Task<Outcome> probe_service(Tools tools, const Target& target, bool retry);

}  // namespace connprobe::engine
