#include "check/postgres_messages.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "check/conversation.hpp"

namespace connprobe::check {

namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t protocol_3_0 = 3U << 16;
constexpr std::size_t header_size = 5;              // a letter and a length, which counts itself
constexpr std::size_t longest_login_demand = 2000;  // as libpq has it
constexpr std::uint32_t authentication_ok = 0;

std::string big_endian(std::uint32_t number) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(number >> shift & 0xffU);
    return text;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = at; i < at + 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    return number;
}

/// Takes a text that ends with a NUL; none if it does not end.
std::optional<std::string_view> take_text(std::string_view& bytes) {
    const auto end = bytes.find('\0');
    if (end == bytes.npos) return std::nullopt;
    const auto text = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    return text;
}

/// The kinds of logins that a server can demand (PostgreSQL, "Message Formats", Authentication…; src/include/libpq/
/// pqcomm.h for those that only old servers know).
std::string login_of(std::uint32_t kind, std::string_view rest) {
    switch (kind) {
        case authentication_ok: return "no password needed";
        case 1:
        case 2: return "kerberos";
        case 3: return "password";
        case 4: return "crypt";
        case 5: return "md5";
        case 6: return "scm";
        case 7: return "gssapi";
        case 9: return "sspi";
        case 10: break;
        default: return {};
    }
    const auto mechanism = take_text(rest);
    std::string name{mechanism && !mechanism->empty() ? *mechanism : "sasl"sv};
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return name;
}

PostgresVerdict not_postgres(std::string_view bytes) {
    return {.failure = other_protocol("PostgreSQL", bytes.substr(0, 256)), .is_other = true};
}

PostgresVerdict judge_demand(std::string_view bytes, std::string_view content) {
    if (content.size() < 4 || content.size() > longest_login_demand) return not_postgres(bytes);
    const auto kind = number_at(content, 0);
    auto login = login_of(kind, content.substr(4));
    if (!login.empty()) return {.detail = std::move(login), .logged_in = kind == authentication_ok};
    return {.failure = failure(Code::unexpected_reply,
                               "the server demands a login of an unknown kind, " + std::to_string(kind))};
}

// 57P01 and 57P02 end the sessions of a server that stops; 57P03 is all that it says while it starts or stops.
bool is_not_serving(std::string_view state) { return state == "57P01" || state == "57P02" || state == "57P03"; }

Failure malformed() { return failure(Code::unexpected_reply, "the server sent an error message without an SQLSTATE"); }

PostgresVerdict judge_error(std::string_view content) {
    std::string state, message;
    while (!content.empty() && content.front() != '\0') {
        const auto kind = content.front();
        content.remove_prefix(1);
        const auto text = take_text(content);
        if (!text) return {.failure = malformed()};
        if (kind == 'C') state = *text;
        if (kind == 'M') message = *text;
    }
    if (state.size() != 5) return {.failure = malformed()};
    PostgresVerdict verdict{.detail = state + ' ' + message};
    if (is_not_serving(state))
        verdict.failure = failure(Code::not_serving, "the server says: " + message + " (" + state + ")");
    return verdict;
}

/// What is said without a length, as before PostgreSQL 7.4: an E and a text. Still so where a server has no process for us
/// (src/backend/postmaster, report_fork_failure_to_client), and in what was made after the old protocol.
struct OldError {
    std::string_view begin;
    Code code;
    std::string_view hint;
};

/// The first that fits decides.
constexpr std::array old_errors{
    OldError{"Ecould not fork", Code::not_serving, "PostgreSQL has no processes or memory left: see its log"},
    OldError{"EFATAL:  the database system is ", Code::not_serving, ""},
    OldError{"EFATAL:", Code::unexpected_reply, "it answers in the protocol of before PostgreSQL 7.4: see its log"},
};

/// None if it is said in another way.
std::optional<PostgresVerdict> judge_old_error(std::string_view bytes) {
    const bool whole = bytes.find('\0') != bytes.npos || bytes.size() >= 256;
    for (const auto& [begin, code, hint] : old_errors) {
        const bool fits = bytes.starts_with(begin), may_fit = bytes.size() > 1 && begin.starts_with(bytes);
        if (may_fit || (fits && !whole)) return PostgresVerdict{.needs_more = true};
        if (!fits) continue;
        const auto text = excerpt(bytes.substr(1, bytes.find_first_of("\n\0"sv) - 1));
        return PostgresVerdict{.failure = failure(code, "the server says: " + text, std::string{hint})};
    }
    return std::nullopt;
}

bool is_text(std::string_view bytes) {
    return std::ranges::all_of(bytes, [](char c) { return (c >= ' ' && c < '\x7f') || c == '\r' || c == '\n'; });
}

}  // namespace

std::string startup_message(const PostgresCheck& check) {
    std::string content = big_endian(protocol_3_0);
    const auto add = [&](std::string_view name, std::string_view value) {
        content.append(name).append(1, '\0').append(value).append(1, '\0');
    };
    add("user", check.user);
    if (!check.database.empty()) add("database", check.database);
    add("application_name", "connprobe");
    content += '\0';
    return big_endian(static_cast<std::uint32_t>(content.size() + 4)) + content;
}

std::string terminate_message() { return "X" + big_endian(4); }

PostgresVerdict judge_postgres(std::string_view bytes) {
    while (!bytes.empty()) {
        if (auto old = judge_old_error(bytes)) return *std::move(old);
        const char kind = bytes.front();
        if ("REvN"sv.find(kind) == std::string_view::npos) return not_postgres(bytes);
        if (bytes.size() < header_size) break;
        const std::size_t length = number_at(bytes, 1);
        if (length < 4 || is_text(bytes.substr(1, 4))) return not_postgres(bytes);
        if (length >= most_held)
            return {.failure = failure(Code::reply_too_large,
                                       "the server announced a message of " + std::to_string(length) + " bytes")};
        if (bytes.size() < length + 1) break;
        const auto content = bytes.substr(header_size, length - 4);
        if (kind == 'R') return judge_demand(bytes, content);
        if (kind == 'E') return judge_error(content);
        // Which protocol it takes (v), or a warning (N): the answer follows ("Message Flow", Start-up).
        bytes.remove_prefix(length + 1);
    }
    return {.needs_more = true};
}

}  // namespace connprobe::check
