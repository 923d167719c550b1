// The checks, one protocol each; a new one is a file, a line here and a line in registry.cpp.
#pragma once

#include <optional>

#include "check/exchange.hpp"
#include "net/loop.hpp"

namespace connprobe::check {

using Outcome = net::Task<std::optional<Failure>>;

[[nodiscard]] Outcome check_tcp(Exchange exchange);
[[nodiscard]] Outcome check_http(Exchange exchange);
[[nodiscard]] Outcome check_redis(Exchange exchange);
[[nodiscard]] Outcome check_postgres(Exchange exchange);

}  // namespace connprobe::check
