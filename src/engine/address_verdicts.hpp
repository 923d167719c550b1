// One verdict from those on each address of a name: up if all are, degraded if only some. No I/O.
#pragma once

#include <vector>

#include "engine/job.hpp"

namespace connprobe::engine {

/// What each address came to, in the order in which they would be tried; at least one. The result shows the first that
/// is up, or else the one whose failure says most; each one's fate stands in `addresses`, also what failed after the
/// connection. When the run's end cut one short, nothing is known of the whole.
[[nodiscard]] Outcome verdict_of_all(std::vector<Outcome> verdicts);

/// Adds that a family's addresses could not be learned, so that not all were judged.
void warn_of_unknown(Outcome& outcome, AddressFamily family, const Failure& why);

}  // namespace connprobe::engine
