// What an attempt that is over says about the load that all attempts together are.
#pragma once

#include <optional>

#include "engine/adaptive_limit.hpp"
#include "engine/job.hpp"

namespace connprobe::engine {

/// Without `in_flight` and `round`; none when it says nothing.
[[nodiscard]] std::optional<LoadSample> load_of(const Outcome& outcome);

}  // namespace connprobe::engine
