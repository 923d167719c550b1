// What is said to a Redis server, and what its answers mean. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/check.hpp"
#include "connprobe/failure.hpp"

namespace connprobe::check {

struct RespReply {
    char type = 0;     ///< its first byte: + - : $ …
    std::string text;  ///< of a simple string, an error, a number, or a bulk string
};

struct RespRead {
    std::optional<RespReply> reply;  ///< none: more is needed, or it is wrong
    std::size_t used = 0;
    bool wrong = false;      ///< these bytes are no RESP
    bool too_large = false;  ///< a bulk string of more than can be held
};

/// Reads one answer from the beginning of the bytes; of aggregates, which no command here is answered with, the head.
[[nodiscard]] RespRead read_resp(std::string_view bytes);

[[nodiscard]] std::string resp_command(const std::vector<std::string>& words);

/// AUTH and SELECT where they are asked for, then PING.
[[nodiscard]] std::vector<std::vector<std::string>> redis_commands(const RedisCheck& check);

struct RedisVerdict {
    std::optional<Failure> failure;
    bool is_last = false;  ///< the server is up, whatever else could be asked
};
[[nodiscard]] RedisVerdict judge_redis(std::string_view command, const RespReply& reply, const RedisCheck& check);

[[nodiscard]] Failure not_redis(std::string_view first, const RedisCheck& check);

/// A server may repeat in its error what it was told.
[[nodiscard]] std::string hide_password(std::string text, const RedisCheck& check);

}  // namespace connprobe::check
