// Several places probed at the same time, as parts of one attempt.
#pragma once

#include <vector>

#include "engine/open.hpp"

namespace connprobe::engine {

/// One outcome for each target, in their order, or a single one that says that the run's end cut them short. At most 64 at
/// the same time; the limit of the first ones counts from `start`, that of a later one from when it begins.
[[nodiscard]] net::Task<std::vector<Outcome>> judge_at_once(Tools tools, std::vector<Target> targets,
                                                            net::TimePoint start);

}  // namespace connprobe::engine
