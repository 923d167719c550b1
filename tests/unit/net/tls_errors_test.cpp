#include "net/tls_errors.hpp"

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <string>

#include "header_macros.hpp"

using namespace connprobe;
using namespace connprobe::net;

namespace {

void check_row(const std::string& name, const std::optional<TlsFault>& fault) {
    REQUIRE_MESSAGE(fault, name << " has no row");
    CAPTURE(name);
    CHECK_FALSE(fault->fact.empty());
    CHECK_FALSE(fault->fact.ends_with('.'));
    CHECK_FALSE(fault->hint.ends_with('.'));
}

}  // namespace

TEST_CASE("each verify error of OpenSSL has a row of its own") {
    const auto errors = test::numbers_named("X509_V_ERR_");
    CHECK(errors.size() >= 90);
    for (const auto& [name, error] : errors) check_row(name, verify_fault(error));
    CHECK_FALSE(verify_fault(X509_V_OK));
    CHECK_FALSE(verify_fault(4711));
}

TEST_CASE("each alert that OpenSSL knows has a row of its own, with the registry's name") {
    std::size_t alerts = 0;
    for (const auto* prefix : {"SSL_AD_", "SSL3_AD_", "TLS1_AD_", "TLS13_AD_"}) {
        for (const auto& [name, alert] : test::numbers_named(prefix)) {
            if (name == "SSL_AD_REASON_OFFSET") continue;
            ++alerts;
            check_row(name, alert_fault(alert));
            std::string wanted = name.substr(name.find("_AD_") + 4);
            std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                           [](unsigned char c) { return std::tolower(c); });
            if (wanted == "user_cancelled") wanted = "user_canceled";
            CHECK(alert_name(alert) == wanted);
        }
    }
    CHECK(alerts >= 60);
    CHECK_FALSE(alert_fault(255));
    CHECK(alert_name(255).empty());
}

TEST_CASE("a verify error becomes the code that says what to do") {
    struct Case {
        long error;
        Code expected;
    };
    for (const Case& c : std::to_array<Case>({
             {X509_V_ERR_CERT_HAS_EXPIRED, Code::certificate_expired},
             {X509_V_ERR_CERT_NOT_YET_VALID, Code::certificate_not_yet_valid},
             {X509_V_ERR_HOSTNAME_MISMATCH, Code::hostname_mismatch},
             {X509_V_ERR_IP_ADDRESS_MISMATCH, Code::hostname_mismatch},
             {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, Code::unknown_authority},
             {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, Code::unknown_authority},
             {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, Code::unknown_authority},
             {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, Code::self_signed},
             {X509_V_ERR_CERT_REVOKED, Code::certificate_revoked},
             {X509_V_ERR_CERT_SIGNATURE_FAILURE, Code::certificate_bad_signature},
             {X509_V_ERR_INVALID_CA, Code::invalid_authority},
             {X509_V_ERR_PATH_LENGTH_EXCEEDED, Code::invalid_authority},
             {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, Code::invalid_authority},
             {X509_V_ERR_INVALID_PURPOSE, Code::certificate_purpose},
             {X509_V_ERR_PERMITTED_VIOLATION, Code::name_constraints},
             {X509_V_ERR_EE_KEY_TOO_SMALL, Code::weak_certificate},
             {X509_V_ERR_CA_KEY_TOO_SMALL, Code::weak_certificate},
             {X509_V_ERR_CA_MD_TOO_WEAK, Code::weak_certificate},
             {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, Code::certificate_invalid},
             {X509_V_ERR_OCSP_VERIFY_NEEDED, Code::staple_missing},
             {X509_V_ERR_DANE_NO_MATCH, Code::pin_mismatch},
             {X509_V_ERR_OUT_OF_MEM, Code::out_of_memory},
         })) {
        CAPTURE(X509_verify_cert_error_string(c.error));
        CHECK(verify_fault(c.error)->code == c.expected);
    }
}

TEST_CASE("an alert of the peer becomes the code that says what to do") {
    struct Case {
        int alert;
        Code expected;
    };
    for (const Case& c : std::to_array<Case>({
             {SSL_AD_CLOSE_NOTIFY, Code::connection_closed},
             {SSL_AD_HANDSHAKE_FAILURE, Code::handshake_failure},
             {SSL_AD_UNRECOGNIZED_NAME, Code::handshake_failure},
             {SSL_AD_INTERNAL_ERROR, Code::handshake_failure},
             {SSL_AD_PROTOCOL_VERSION, Code::protocol_version},
             {SSL_AD_INSUFFICIENT_SECURITY, Code::no_shared_cipher},
             {SSL_AD_NO_APPLICATION_PROTOCOL, Code::no_shared_alpn},
             {SSL_AD_CERTIFICATE_REQUIRED, Code::client_certificate_required},
             {SSL_AD_BAD_CERTIFICATE, Code::client_certificate_rejected},
             {SSL_AD_UNKNOWN_CA, Code::client_certificate_rejected},
             {SSL_AD_ACCESS_DENIED, Code::forbidden},
         })) {
        CAPTURE(alert_name(c.alert));
        CHECK(alert_fault(c.alert)->code == c.expected);
    }
    CHECK(alert_fault(SSL_AD_UNRECOGNIZED_NAME)->hint.find("tls.server_name") != std::string_view::npos);
}

TEST_CASE("a reason of OpenSSL's own becomes a code") {
    struct Case {
        int reason;
        Code expected;
    };
    for (const Case& c : std::to_array<Case>({
             {SSL_R_WRONG_VERSION_NUMBER, Code::not_tls},
             {SSL_R_HTTP_REQUEST, Code::not_tls},
             {SSL_R_UNSUPPORTED_PROTOCOL, Code::protocol_version},
             {SSL_R_NO_PROTOCOLS_AVAILABLE, Code::protocol_version},
             {SSL_R_DH_KEY_TOO_SMALL, Code::no_shared_cipher},
             {SSL_R_NO_CIPHERS_AVAILABLE, Code::no_shared_cipher},
             {SSL_R_EE_KEY_TOO_SMALL, Code::weak_certificate},
             {SSL_R_CA_MD_TOO_WEAK, Code::weak_certificate},
             {SSL_R_UNEXPECTED_EOF_WHILE_READING, Code::connection_closed},
             {SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED, Code::handshake_failure},
             {ERR_R_MALLOC_FAILURE, Code::out_of_memory},
         })) {
        CAPTURE(c.reason);
        check_row(std::to_string(c.reason), reason_fault(c.reason));
        CHECK(reason_fault(c.reason)->code == c.expected);
    }
    CHECK_FALSE(reason_fault(SSL_R_CERTIFICATE_VERIFY_FAILED));
    CHECK_FALSE(reason_fault(0));
}
