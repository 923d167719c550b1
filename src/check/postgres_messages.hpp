// What is said to a PostgreSQL server before a login, and what its first message means. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connprobe/check.hpp"
#include "connprobe/failure.hpp"

namespace connprobe::check {

[[nodiscard]] std::string startup_message(const PostgresCheck& check);

/// Says goodbye to a server that waits for commands. One that waits for a password logs it as an error.
[[nodiscard]] std::string terminate_message();

struct PostgresVerdict {
    bool needs_more = false;  ///< the message is not complete
    std::optional<Failure> failure{};
    std::string detail{};    ///< the login that is demanded, or the server's words
    bool is_other = false;   ///< another protocol: more of its first line changes only the words
    bool logged_in = false;  ///< without a password: the server waits for commands now
};
[[nodiscard]] PostgresVerdict judge_postgres(std::string_view bytes);

}  // namespace connprobe::check
