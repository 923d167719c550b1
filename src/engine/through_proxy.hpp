// The way to a target that leads through a proxy: the proxy is reached as if it were the target, then asked.
#pragma once

#include "engine/open.hpp"

namespace connprobe::engine {

/// As `reach`, with the phase proxy after it. The addresses in the outcome are the proxy's. Of a target whose name is
/// resolved here each address is tried in turn, over a new connection, as long as the proxy cannot reach them.
[[nodiscard]] net::Task<void> reach_through_proxy(Tools tools, const Target& target, bool fresh, Opened& opened);

}  // namespace connprobe::engine
