// What a TLS handshake that failed means: tables from OpenSSL's verify errors, the peer's alerts and OpenSSL's own
// reasons to a code and a fact.
#pragma once

#include <optional>
#include <string_view>

#include "connprobe/failure.hpp"

namespace connprobe::net {

/// What is left to say of a handshake that cannot be understood.
inline constexpr std::string_view compare_with_openssl =
    "one side has a defect, or something in between meddles: compare with `openssl s_client`";

struct TlsFault {
    Code code;
    std::string_view fact;  ///< a clause that a sentence can end with: "the certificate has expired"
    std::string_view hint;  ///< what to look at next; empty: the code's own hint
};

/// Of an X509_V_ERR_* (SSL_get_verify_result) other than X509_V_OK; none for one that has no row.
[[nodiscard]] std::optional<TlsFault> verify_fault(long error) noexcept;

/// Of an alert that the peer sent (0 to 255, as SSL_CTX_set_info_callback tells it, or the SSL_R_* above
/// SSL_AD_REASON_OFFSET); none for one that has no row. What the alert means beside a client certificate that was asked
/// for, or was not, is for the caller to know.
[[nodiscard]] std::optional<TlsFault> alert_fault(int alert) noexcept;

/// The alert's name in the IANA registry, "handshake_failure"; empty for one that has no row.
[[nodiscard]] std::string_view alert_name(int alert) noexcept;

/// Of an SSL_R_* (ERR_GET_REASON of an error of ERR_LIB_SSL) with which OpenSSL itself broke the handshake off. One
/// without a row is a handshake_failure, explained by OpenSSL's reason string. SSL_R_CERTIFICATE_VERIFY_FAILED has none:
/// the verify result says more.
[[nodiscard]] std::optional<TlsFault> reason_fault(int reason) noexcept;

}  // namespace connprobe::net
