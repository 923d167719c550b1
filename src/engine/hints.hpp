// The facts of the server put into the hints of what failed: until then they are those of any server.
#pragma once

#include "connprobe/prober.hpp"
#include "engine/job.hpp"

namespace connprobe::engine {

/// `asked` is who is asked for names.
void fill_hints(Outcome& outcome, const Target& target, const Resolver& asked);

}  // namespace connprobe::engine
