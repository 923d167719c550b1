// What each check is called, which keys it has and which schemes ask for it: reader, help and manual are made from this.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "connprobe/check.hpp"

namespace connprobe {

/// One row of the table of checks.
struct CheckSpec {
    CheckType type;
    std::string_view name;
    bool once;                             ///< spends the connection: to be asked again it needs a new one
    std::array<std::string_view, 7> keys;  ///< of `check`, beside `type`; the rest is empty

    [[nodiscard]] constexpr bool has(std::string_view key) const noexcept {
        for (const auto& each : keys) {
            if (!key.empty() && each == key) return true;
        }
        return false;
    }
};

/// In the order of `CheckType`.
inline constexpr std::array<CheckSpec, 4> check_specs{{
    {CheckType::tcp, "tcp", true, {"steps"}},
    {CheckType::http, "http", false, {"method", "path", "headers", "body", "status", "expect_body", "expect_headers"}},
    {CheckType::redis, "redis", false, {"username", "password_env"}},
    {CheckType::postgres, "postgres", true, {"user", "database"}},
}};

[[nodiscard]] constexpr const CheckSpec& spec(CheckType type) noexcept {
    return check_specs[static_cast<std::size_t>(type)];
}

/// Does what is asked spend the connection?
[[nodiscard]] inline bool asked_once(const std::optional<Check>& check) noexcept {
    return check && spec(type_of(*check)).once;
}

/// None for a word that is none of them.
[[nodiscard]] constexpr std::optional<CheckType> check_type_of(std::string_view name) noexcept {
    for (const auto& each : check_specs) {
        if (each.name == name) return each.type;
    }
    return std::nullopt;
}

/// The check that has this key; empty if there is none.
[[nodiscard]] constexpr std::string_view type_with(std::string_view key) noexcept {
    for (const auto& each : check_specs) {
        if (each.has(key)) return each.name;
    }
    return {};
}

/// What a target's scheme says.
enum class Scheme : std::uint8_t { none, unix_socket, tcp, tls, http, https, redis, rediss, postgres, postgresql, srv };
inline constexpr std::size_t scheme_count = static_cast<std::size_t>(Scheme::srv) + 1;

struct SchemeSpec {
    std::string_view name;  ///< empty where there is none to be written before ://
    CheckType check;
    bool tls;
    std::uint16_t port;  ///< 0: it must be given, or a record says it
};

/// In the order of `Scheme`.
inline constexpr std::array<SchemeSpec, scheme_count> scheme_specs{{
    {"", CheckType::tcp, false, 0},
    {"", CheckType::tcp, false, 0},
    {"tcp", CheckType::tcp, false, 0},
    {"tls", CheckType::tcp, true, 0},
    {"http", CheckType::http, false, 80},
    {"https", CheckType::http, true, 443},
    {"redis", CheckType::redis, false, 6379},
    {"rediss", CheckType::redis, true, 6379},
    {"postgres", CheckType::postgres, false, 5432},
    {"postgresql", CheckType::postgres, false, 5432},
    {"srv", CheckType::tcp, false, 0},
}};

[[nodiscard]] constexpr const SchemeSpec& spec(Scheme scheme) noexcept {
    return scheme_specs[static_cast<std::size_t>(scheme)];
}

/// Is it written as SCHEME://, and so says whether TLS is spoken and what is asked?
[[nodiscard]] constexpr bool is_url(Scheme scheme) noexcept { return !spec(scheme).name.empty(); }
/// Does it ask something of the server, so that user, path and query have a meaning?
[[nodiscard]] constexpr bool asks(Scheme scheme) noexcept { return spec(scheme).check != CheckType::tcp; }

/// None if there is no such scheme, or not yet.
[[nodiscard]] constexpr std::optional<Scheme> scheme_of(std::string_view name) noexcept {
    for (std::size_t i = 0; i < scheme_specs.size(); ++i) {
        if (!name.empty() && scheme_specs[i].name == name) return static_cast<Scheme>(i);
    }
    return std::nullopt;
}

}  // namespace connprobe
