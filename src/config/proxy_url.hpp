// The URL of a proxy: http://user:password@host:port, https://…, socks5://…, socks5h://…
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/parsed.hpp"
#include "connprobe/proxy.hpp"

namespace connprobe::config {

/// `none` is no proxy. The problem shows nothing that could be a user name or a password.
[[nodiscard]] Parsed<std::optional<Proxy>> parse_proxy(std::string_view text);

/// As --dry-run shows it: without user and password.
[[nodiscard]] std::string shown_proxy(const std::optional<Proxy>& proxy);

}  // namespace connprobe::config
