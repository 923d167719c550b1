// The check of a target over a connection that is to be kept.
#pragma once

#include <optional>

#include "connprobe/result.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

namespace connprobe::warm {

/// With `keeps` it fails also when the answer was right and the server then ends the connection. Ends at `until` at the latest, and at
/// the target's own limits. `facts` are those of the last check that came to an answer.
[[nodiscard]] net::Task<std::optional<Failure>> check_and_keep(net::Stream& stream, const Target& target,
                                                               net::TimePoint until, bool keeps,
                                                               std::optional<CheckFacts>& facts);

}  // namespace connprobe::warm
