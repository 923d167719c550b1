// What is wrong with a run before it begins.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "connprobe/prober.hpp"
#include "net/tls_contexts.hpp"

namespace connprobe::engine {

/// Every target that cannot be tried, every file of authorities that cannot be read, and more servers demanded than there
/// are: one sentence each.
[[nodiscard]] std::vector<std::string> faults(std::span<const Target> targets, const ProberOptions& options,
                                              net::Authorities& authorities);

}  // namespace connprobe::engine
