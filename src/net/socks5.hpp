// The messages of SOCKS 5 (RFC 1928), with login by user and password (RFC 1929).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "net/proxy_route.hpp"

namespace connprobe::net {

/// Which ways to log in we know: none, and by password if there is one.
[[nodiscard]] std::string socks5_greeting(const Proxy& proxy);
[[nodiscard]] std::string socks5_login(const Proxy& proxy);
/// CONNECT to the target: an address literal as such, anything else as a name.
[[nodiscard]] std::string socks5_request(const Route& route);

/// The proxy's choice of a login, two bytes: `login` tells whether it wants one, unless there is a failure.
[[nodiscard]] std::optional<Failure> judge_socks5_method(const Route& route, std::string_view answer, bool& login);
/// Its answer to the login, two bytes.
[[nodiscard]] std::optional<Failure> judge_socks5_login(const Route& route, std::string_view answer);
/// The first two bytes of its answer to the request.
[[nodiscard]] std::optional<Failure> judge_socks5_reply(const Route& route, std::string_view answer);

/// How many bytes of the answer follow those five that tell it; 0 where the kind of address does not exist.
[[nodiscard]] std::size_t socks5_rest(std::string_view first_five) noexcept;

}  // namespace connprobe::net
