// Is this answer of HTTP one of a server that is ready? Pure: an answer and the check's wishes in, a failure or none out.
#pragma once

#include <optional>
#include <string_view>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"
#include "net/http_reply.hpp"

namespace connprobe::check {

/// Judges version, status and headers. `rest` is what came of the body with them, for hints.
[[nodiscard]] std::optional<Failure> judge_head(const net::HttpReply& reply, const HttpCheck& check,
                                                std::string_view rest);

/// Does the body of a 400 say that the port speaks TLS, or wants a client certificate?
[[nodiscard]] bool is_explained(std::string_view body);

/// Is what is expected in the body, as far as it is held, or in a header? In one that is no UTF-8, byte by byte.
[[nodiscard]] bool has_expected(std::string_view text, const Regex& expected);

/// The bytes are no answer of HTTP/1.x. `heard` are the first ones, `problem` is the parser's complaint.
[[nodiscard]] Failure not_http(std::string_view heard, std::string_view problem, const HttpCheck& check);

/// As before, of the body.
[[nodiscard]] Failure malformed_body(std::string_view problem);

[[nodiscard]] Failure body_not_expected(const net::HttpReply& reply, const HttpCheck& check);

}  // namespace connprobe::check
