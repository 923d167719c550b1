// What is said to a PostgreSQL server before a login, and what its first message means. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connprobe/check.hpp"
#include "connprobe/failure.hpp"

namespace connprobe::check {

[[nodiscard]] std::string startup_message(const PostgresCheck& check);

/// Says goodbye.
[[nodiscard]] std::string terminate_message();

struct PostgresVerdict {
    bool needs_more = false;  ///< the message is not complete
    std::optional<Failure> failure{};
    std::string detail{};  ///< the login that is demanded, or the server's words
};
[[nodiscard]] PostgresVerdict judge_postgres(std::string_view bytes);

}  // namespace connprobe::check
