// The protocols in which a server is asked to change to TLS, by the names that lists and options give them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "connprobe/target.hpp"

namespace connprobe {

struct StartTlsSpec {
    StartTls protocol;
    std::string_view name;    ///< as it is written
    std::string_view called;  ///< as people call it
};

/// In the order of `StartTls`.
inline constexpr std::array starttls_specs{
    StartTlsSpec{StartTls::smtp, "smtp", "SMTP"},    StartTlsSpec{StartTls::imap, "imap", "IMAP"},
    StartTlsSpec{StartTls::pop3, "pop3", "POP3"},    StartTlsSpec{StartTls::ftp, "ftp", "FTP"},
    StartTlsSpec{StartTls::ldap, "ldap", "LDAP"},    StartTlsSpec{StartTls::postgres, "postgres", "PostgreSQL"},
    StartTlsSpec{StartTls::mysql, "mysql", "MySQL"},
};

[[nodiscard]] constexpr const StartTlsSpec& spec(StartTls protocol) noexcept {
    return starttls_specs[static_cast<std::size_t>(protocol)];
}

/// None for a word that is none of them.
[[nodiscard]] constexpr std::optional<StartTls> starttls_of(std::string_view name) noexcept {
    for (const auto& each : starttls_specs) {
        if (each.name == name) return each.protocol;
    }
    return std::nullopt;
}

}  // namespace connprobe
