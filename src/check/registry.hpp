// The phase check: asks a server over a connection that stands whether it is ready, in its own protocol.
#pragma once

#include <optional>
#include <string>

#include "check/exchange.hpp"
#include "net/loop.hpp"

namespace connprobe::check {

/// Runs the check of the target's settings, which must have one. A run that ends meanwhile makes it fail as
/// `interrupted`. The stream stays open, whatever came of it.
[[nodiscard]] net::Task<std::optional<Failure>> run(Exchange exchange);

/// Why a check cannot even be tried: a regular expression that is none; empty if it can.
[[nodiscard]] std::string fault_of(const Check& check);

}  // namespace connprobe::check
