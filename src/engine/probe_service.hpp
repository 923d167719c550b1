// An attempt on an SRV record that could not be had when the run began.
#pragma once

#include "engine/open.hpp"

namespace connprobe::engine {

/// Asks for the record, and judges all servers that it names at the same time, as one: up if all are.
[[nodiscard]] net::Task<Outcome> probe_service(Tools tools, const Target& target);

}  // namespace connprobe::engine
