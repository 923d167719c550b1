// How a protocol asks its server to change to TLS, as a state machine: what was heard goes in, what to say comes out.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"

namespace connprobe::net {

/// What a dialogue makes of what it heard. Nothing at all: more must come first.
struct Turn {
    std::size_t taken = 0;  ///< bytes of it that are dealt with
    std::string say{};      ///< to be sent now
    bool agreed = false;    ///< TLS begins, once `say` is sent
    std::optional<Failure> failure{};
};

/// Knows neither socket nor time. One protocol a file; begun by `begin_dialogue`.
class StartTlsDialogue {
public:
    StartTlsDialogue() = default;
    virtual ~StartTlsDialogue() = default;
    StartTlsDialogue(const StartTlsDialogue&) = delete;
    StartTlsDialogue& operator=(const StartTlsDialogue&) = delete;

    /// Gets all that has come and was not taken yet, at first nothing.
    [[nodiscard]] virtual Turn hear(std::string_view heard) = 0;

    /// What the server is to say next: "its greeting".
    [[nodiscard]] virtual std::string_view awaited() const = 0;
};

using StartTlsDialoguePtr = std::unique_ptr<StartTlsDialogue>;

[[nodiscard]] StartTlsDialoguePtr speak_smtp(const std::string& own_name);
[[nodiscard]] StartTlsDialoguePtr speak_imap(const std::string& own_name);
[[nodiscard]] StartTlsDialoguePtr speak_pop3(const std::string& own_name);
[[nodiscard]] StartTlsDialoguePtr speak_ftp(const std::string& own_name);
[[nodiscard]] StartTlsDialoguePtr speak_ldap(const std::string& own_name);
[[nodiscard]] StartTlsDialoguePtr speak_postgres(const std::string& own_name);
[[nodiscard]] StartTlsDialoguePtr speak_mysql(const std::string& own_name);

}  // namespace connprobe::net
