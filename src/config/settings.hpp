// Makes the Settings of a target from merged values, and checks what only shows once they are merged.
#pragma once

#include <string_view>

#include "config/merge.hpp"
#include "config/problems.hpp"
#include "connprobe/target.hpp"

namespace connprobe::config {

/// What is contradictory is reported where the value at fault stands.
[[nodiscard]] Settings make_settings(const Merged& merged, Problems& problems);

[[nodiscard]] RetryPolicy make_retry_policy(const Merged& merged, Problems& problems);

/// TLS over a unix socket has no host whose name could be verified.
[[nodiscard]] bool lacks_tls_name(const Target& target) noexcept;
inline constexpr std::string_view tls_name_needed =
    "TLS over a unix socket has no host to verify: give tls.server_name, or --server-name";

}  // namespace connprobe::config
