// CONNECT of HTTP/1.1 (RFC 9110 §9.3.6): what is asked of a proxy, and what its answer means for the target.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http_reply.hpp"
#include "net/proxy_route.hpp"

namespace connprobe::net {

[[nodiscard]] std::string connect_request(const Route& route);

/// None for a status of 200 to 299: from the next byte on it is the target that speaks.
[[nodiscard]] std::optional<Failure> judge_connect(const Route& route, const HttpReply& reply);

/// What began with `first` is no answer of HTTP/1.x; `problem` says why, where it is HTTP at all.
[[nodiscard]] Failure broken_answer(const Route& route, std::string_view first, std::string_view problem);

}  // namespace connprobe::net
