// CONNECT of HTTP/1.1 (RFC 9110 §9.3.6): what is asked of a proxy, and what its answer means for the target.
#pragma once

#include <optional>
#include <string>

#include "net/http_reply.hpp"
#include "net/proxy_route.hpp"

namespace connprobe::net {

[[nodiscard]] std::string connect_request(const Route& route);

/// None for a status of 200 to 299: from the next byte on it is the target that speaks.
[[nodiscard]] std::optional<Failure> judge_connect(const Route& route, const HttpReply& reply);

}  // namespace connprobe::net
