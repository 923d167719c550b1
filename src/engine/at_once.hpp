// Several places probed at the same time, as parts of one attempt.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/open.hpp"

namespace connprobe::engine {

/// Places that are being probed.
struct AtOnce;

/// Of one server.
inline constexpr std::size_t most_at_once = 64;

/// Begins. At most `most` at the same time; the limit of the first ones counts from `start`, that of a later one from when
/// it begins.
[[nodiscard]] std::shared_ptr<AtOnce> begin_at_once(Tools tools, std::vector<Target> targets, net::TimePoint start,
                                                    std::size_t most);

/// Waits for one outcome for each target, in their order, or a single one that says that the run's end cut them short.
[[nodiscard]] net::Task<std::vector<Outcome>> verdicts_of(std::shared_ptr<AtOnce> judging);

}  // namespace connprobe::engine
