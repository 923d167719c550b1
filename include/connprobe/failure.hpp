// Why a server could not be connected to: the phase, the class, the code, one sentence, one hint.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace connprobe {

/// The steps of an attempt, in the order in which they are walked.
enum class Phase : std::uint8_t { resolve, connect, proxy, tls, check };

/// What a person would do about a failure.
enum class FailureClass : std::uint8_t { dns, network, timeout, tls, auth, proxy, check, local, cancelled };

/// What failed. Within a major version codes are added, never renamed; treat an unknown one by its class.
enum class Code : std::uint8_t {
    host_not_found,
    no_address,
    dns_server_failure,
    dns_refused,
    dns_temporary_failure,
    dns_bad_reply,
    dns_timeout,
    bad_name,

    connection_refused,
    connection_reset,
    connection_closed,
    host_unreachable,
    network_unreachable,
    admin_prohibited,
    backlog_full,
    socket_missing,

    connect_timeout,
    proxy_timeout,
    tls_timeout,
    check_timeout,

    certificate_expired,
    certificate_not_yet_valid,
    hostname_mismatch,
    unknown_authority,
    self_signed,
    certificate_revoked,
    certificate_bad_signature,
    invalid_authority,
    certificate_purpose,
    name_constraints,
    weak_certificate,
    certificate_invalid,
    staple_missing,
    pin_mismatch,
    protocol_version,
    no_shared_cipher,
    no_shared_alpn,
    not_tls,
    starttls_refused,
    handshake_failure,

    client_certificate_required,
    client_certificate_rejected,
    authentication_failed,
    proxy_authentication_failed,
    forbidden,

    proxy_denied,
    proxy_unexpected_reply,

    unexpected_status,
    unexpected_reply,
    reply_too_large,
    not_serving,

    too_many_open_files,
    no_free_port,
    address_not_available,
    out_of_memory,
    permission_denied,

    interrupted,
    deadline_exceeded,
    fail_fast,
};

/// One row of the table of codes: everything that is known of a code without having seen a failure of it.
struct CodeInfo {
    Code code;
    std::string_view name;  ///< as in JSON, rules and on the command line
    FailureClass failure_class;
    bool retried;                  ///< by a strategy without rules: can it heal by waiting?
    std::string_view meaning;      ///< one sentence: what a failure of this code means
    std::string_view hint;         ///< what to look at next, when the failure itself knows nothing better
    std::string_view explanation;  ///< usual causes and what to try, paragraphs separated by '\n'
};

/// All codes, in the order of `Code`. The storage is static.
[[nodiscard]] std::span<const CodeInfo> all_codes() noexcept;
[[nodiscard]] const CodeInfo& info(Code code) noexcept;
[[nodiscard]] std::optional<Code> code_from_name(std::string_view name) noexcept;

[[nodiscard]] std::string_view to_string(Phase phase) noexcept;
[[nodiscard]] std::string_view to_string(FailureClass failure_class) noexcept;
[[nodiscard]] std::string_view to_string(Code code) noexcept;
[[nodiscard]] std::optional<FailureClass> class_from_name(std::string_view name) noexcept;
[[nodiscard]] std::span<const FailureClass> all_classes() noexcept;

/// One failure that happened.
struct Failure {
    std::optional<Phase> phase;  ///< none when the run ended before the first phase began
    Code code;
    FailureClass failure_class;  ///< that of the code, but `proxy` for what happened on the way to a proxy
    std::string message;         ///< one sentence with the facts; may hold text from the network, unescaped
    std::string hint;            ///< what to look at next; never empty
};

/// A failure with the class and the hint of its code's row; `hint` replaces the row's when it is not empty.
[[nodiscard]] Failure make_failure(std::optional<Phase> phase, Code code, std::string message, std::string hint = {});

}  // namespace connprobe
