// An attempt that judges every address of a name for itself.
#pragma once

#include "engine/open.hpp"

namespace connprobe::engine {

/// Is there more than one address that could have to be judged?
[[nodiscard]] bool has_addresses_to_judge(const Target& target);

/// Asks for the name, then walks the other phases with each address, all at the same time, so that a silent one takes no
/// time from the others: each has what the name left of the attempt's limit. Beyond 64 addresses the next one begins
/// when one is over, with a limit that counts from then. All together are one attempt.
[[nodiscard]] net::Task<Outcome> probe_addresses(Tools tools, const Target& target, bool retry);

}  // namespace connprobe::engine
