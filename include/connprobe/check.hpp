// What is asked of a server once the connection stands, to learn whether it is ready and not only open.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace connprobe {

/// Regular expressions are RE2's; they match anywhere in a text unless they are anchored.
using Regex = std::string;

/// One thing that a line-based server is expected to say, or that is said to it; with both, it speaks first.
struct TcpStep {
    Regex expect{};       ///< empty: nothing; ^ and $ match at the ends of lines, \r\n counts as one end
    std::string send{};   ///< sent as it is; empty: nothing
    bool secret = false;  ///< what is sent came from the environment: no log shows it
    std::vector<std::string>
        secrets{};  ///< the parts of both that came from there: also hidden where a server repeats them

    friend bool operator==(const TcpStep&, const TcpStep&) = default;
};

/// Up when every step went as it should. Without a step the connection is judged, and no byte is sent.
struct TcpCheck {
    std::vector<TcpStep> steps;

    friend bool operator==(const TcpCheck&, const TcpCheck&) = default;
};

struct StatusRange {
    std::uint16_t first = 0, last = 0;

    friend bool operator==(const StatusRange&, const StatusRange&) = default;
};

struct HttpHeader {
    std::string name;
    std::string value;  ///< of an expected header: a Regex

    friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

/// One request of HTTP/1.1; redirects are not followed.
struct HttpCheck {
    std::string method = "GET";
    std::string path = "/";  ///< with its query; begins with a slash
    std::vector<HttpHeader> headers{};
    std::string body{};
    std::string username{}, password{};  ///< sent as Basic authentication if one of them is not empty
    std::vector<StatusRange> status{};   ///< what is up; empty: 200 to 399
    Regex expect_body{};                 ///< searched for in the first 64 KiB; empty: the body is not read
    std::vector<HttpHeader> expect_headers{};

    friend bool operator==(const HttpCheck&, const HttpCheck&) = default;
};

/// PING, after AUTH if there are credentials, and after SELECT if a database other than 0 is wanted.
struct RedisCheck {
    std::string username{}, password{};
    std::uint32_t database = 0;

    friend bool operator==(const RedisCheck&, const RedisCheck&) = default;
};

/// A startup message, as pg_isready sends it: no login.
struct PostgresCheck {
    std::string user = "connprobe";
    std::string database;  ///< empty: the server takes the user's name

    friend bool operator==(const PostgresCheck&, const PostgresCheck&) = default;
};

using Check = std::variant<TcpCheck, HttpCheck, RedisCheck, PostgresCheck>;

/// In the order of `Check`.
enum class CheckType : std::uint8_t { tcp, http, redis, postgres };

[[nodiscard]] inline CheckType type_of(const Check& check) noexcept { return static_cast<CheckType>(check.index()); }
[[nodiscard]] std::string_view to_string(CheckType type) noexcept;

}  // namespace connprobe
