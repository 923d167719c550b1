#include "net/tls_errors.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <span>

namespace connprobe::net {

namespace {

struct ErrorRow {
    int number;
    Code code;
    std::string_view fact;
    std::string_view hint = {};
};

using enum Code;

// X509_STORE_CTX_get_error(3) says what each means. A self-signed certificate further up in the chain is a root that is
// not trusted here.
constexpr std::array verify_rows = std::to_array<ErrorRow>({
    {X509_V_ERR_UNSPECIFIED, certificate_invalid, "OpenSSL does not accept the certificate and does not say why"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, unknown_authority,
     "the certificate of an issuer in the chain is not known here"},
    {X509_V_ERR_UNABLE_TO_GET_CRL, certificate_invalid, "no revocation list of its issuer is at hand"},
    {X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, certificate_bad_signature,
     "a certificate's signature cannot be decrypted"},
    {X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, certificate_bad_signature,
     "the revocation list's signature cannot be decrypted"},
    {X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, certificate_invalid, "the issuer's public key cannot be read"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, certificate_bad_signature,
     "a certificate's signature does not fit its issuer's key"},
    {X509_V_ERR_CRL_SIGNATURE_FAILURE, certificate_bad_signature,
     "the revocation list's signature does not fit its issuer's key"},
    {X509_V_ERR_CERT_NOT_YET_VALID, certificate_not_yet_valid, "the certificate is not valid yet"},
    {X509_V_ERR_CERT_HAS_EXPIRED, certificate_expired, "the certificate has expired"},
    {X509_V_ERR_CRL_NOT_YET_VALID, certificate_invalid, "the issuer's revocation list is not valid yet"},
    {X509_V_ERR_CRL_HAS_EXPIRED, certificate_invalid, "the issuer's revocation list has expired"},
    {X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, certificate_invalid, "the certificate's beginning is no valid date"},
    {X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, certificate_invalid, "the certificate's end is no valid date"},
    {X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, certificate_invalid,
     "the beginning of the issuer's revocation list is no valid date"},
    {X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, certificate_invalid,
     "the end of the issuer's revocation list is no valid date"},
    {X509_V_ERR_OUT_OF_MEM, out_of_memory, "there was no memory to verify the certificate"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, self_signed, "the certificate is self-signed"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, unknown_authority, "the chain ends in a root that is not trusted here"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, unknown_authority, "the certificate's issuer is not known here"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, unknown_authority,
     "the server sent one certificate, and its issuer is not known here"},
    {X509_V_ERR_CERT_CHAIN_TOO_LONG, certificate_invalid, "the chain of certificates is too long"},
    {X509_V_ERR_CERT_REVOKED, certificate_revoked, "the certificate has been revoked"},
    {X509_V_ERR_NO_ISSUER_PUBLIC_KEY, certificate_invalid, "the issuer's certificate has no public key"},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, invalid_authority, "the chain is longer than its authority allows"},
    {X509_V_ERR_INVALID_PURPOSE, certificate_purpose, "the certificate was not issued for TLS servers"},
    {X509_V_ERR_CERT_UNTRUSTED, unknown_authority, "the root is not trusted for TLS servers"},
    {X509_V_ERR_CERT_REJECTED, unknown_authority, "the root is marked here as not to be trusted for TLS servers"},
    {X509_V_ERR_SUBJECT_ISSUER_MISMATCH, unknown_authority, "no certificate at hand has the issuer's name"},
    {X509_V_ERR_AKID_SKID_MISMATCH, unknown_authority, "the issuer at hand has another key than the certificate names"},
    {X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH, unknown_authority,
     "the issuer at hand has another serial number than the certificate names"},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, invalid_authority, "the issuer's key may not sign certificates"},
    {X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, certificate_invalid, "the issuer of the revocation list is not known here"},
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, certificate_invalid,
     "the certificate has a critical extension that is not understood"},
    {X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, invalid_authority, "the issuer's key may not sign revocation lists",
     "have the authority issued anew with the key usage cRLSign, or leave crl_file out"},
    {X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, certificate_invalid,
     "the revocation list has a critical extension that is not understood"},
    {X509_V_ERR_INVALID_NON_CA, certificate_invalid, "the server's certificate is marked as an authority's"},
    {X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED, invalid_authority,
     "the chain of proxy certificates is longer than allowed"},
    {X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE, certificate_purpose,
     "the certificate's key may not make digital signatures"},
    {X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED, invalid_authority,
     "the certificate was issued by one that is no authority (RFC 3820)"},
    {X509_V_ERR_INVALID_EXTENSION, certificate_invalid, "an extension of a certificate is invalid or inconsistent"},
    {X509_V_ERR_INVALID_POLICY_EXTENSION, certificate_invalid,
     "the policy extension of a certificate is invalid or inconsistent"},
    {X509_V_ERR_NO_EXPLICIT_POLICY, certificate_invalid, "the chain has no policy, though it demands one"},
    {X509_V_ERR_DIFFERENT_CRL_SCOPE, certificate_invalid, "the revocation list at hand is for other certificates"},
    {X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE, certificate_invalid,
     "an extension has a part that OpenSSL does not support"},
    {X509_V_ERR_UNNESTED_RESOURCE, name_constraints,
     "the certificate holds network resources that its issuer does not (RFC 3779)"},
    {X509_V_ERR_PERMITTED_VIOLATION, name_constraints,
     "the certificate's name is none that its authority may issue for"},
    {X509_V_ERR_EXCLUDED_VIOLATION, name_constraints,
     "the certificate's name is one that its authority may not issue for"},
    {X509_V_ERR_SUBTREE_MINMAX, name_constraints,
     "the authority's name constraints have a minimum or maximum, which is not supported"},
    {X509_V_ERR_APPLICATION_VERIFICATION, certificate_invalid,
     "the verification was refused by a rule of this program"},
    {X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, name_constraints,
     "the authority's name constraints are of a kind that is not supported"},
    {X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, name_constraints, "the authority's name constraints are malformed"},
    {X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, name_constraints,
     "a name that the authority's constraints speak of is malformed"},
    {X509_V_ERR_CRL_PATH_VALIDATION_ERROR, certificate_invalid, "the revocation list's own chain is not valid"},
    {X509_V_ERR_PATH_LOOP, certificate_invalid, "the chain of certificates leads back to itself"},
    {X509_V_ERR_SUITE_B_INVALID_VERSION, certificate_invalid, "Suite B: a certificate has an invalid version"},
    {X509_V_ERR_SUITE_B_INVALID_ALGORITHM, weak_certificate, "Suite B: a key has an algorithm that is not allowed"},
    {X509_V_ERR_SUITE_B_INVALID_CURVE, weak_certificate, "Suite B: a key has a curve that is not allowed"},
    {X509_V_ERR_SUITE_B_INVALID_SIGNATURE_ALGORITHM, weak_certificate,
     "Suite B: a signature has an algorithm that is not allowed"},
    {X509_V_ERR_SUITE_B_LOS_NOT_ALLOWED, weak_certificate, "Suite B: a curve does not fit the level of security"},
    {X509_V_ERR_SUITE_B_CANNOT_SIGN_P_384_WITH_P_256, weak_certificate, "Suite B: a P-256 key signed a P-384 one"},
    {X509_V_ERR_HOSTNAME_MISMATCH, hostname_mismatch, "the certificate is not for this name"},
    {X509_V_ERR_EMAIL_MISMATCH, hostname_mismatch, "the certificate is not for this mail address"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, hostname_mismatch, "the certificate is not for this IP address"},
    {X509_V_ERR_DANE_NO_MATCH, pin_mismatch, "no TLSA record fits the certificate (RFC 6698)"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, weak_certificate, "the certificate's key is too short"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, weak_certificate, "an authority's key is too short"},
    {X509_V_ERR_CA_MD_TOO_WEAK, weak_certificate, "an authority signed with a digest that is too weak"},
    {X509_V_ERR_INVALID_CALL, certificate_invalid, "OpenSSL was given nothing to verify"},
    {X509_V_ERR_STORE_LOOKUP, unknown_authority, "the store of trusted authorities could not be searched"},
    {X509_V_ERR_NO_VALID_SCTS, certificate_invalid, "no log vouches for the certificate (RFC 6962)"},
    {X509_V_ERR_PROXY_SUBJECT_NAME_VIOLATION, certificate_invalid,
     "a proxy certificate's name does not begin with its issuer's (RFC 3820)"},
    {X509_V_ERR_OCSP_VERIFY_NEEDED, staple_missing, "no OCSP answer came with the certificate"},
    {X509_V_ERR_OCSP_VERIFY_FAILED, staple_missing, "the OCSP answer for the certificate cannot be verified"},
    {X509_V_ERR_OCSP_CERT_UNKNOWN, staple_missing, "the OCSP responder does not know the certificate"},
    {X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM, certificate_invalid,
     "a certificate is signed with an algorithm that is not supported"},
    {X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH, certificate_bad_signature,
     "a signature's algorithm does not fit its issuer's key"},
    {X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY, certificate_invalid,
     "a certificate names two different signature algorithms"},
    {X509_V_ERR_INVALID_CA, invalid_authority, "an issuer in the chain is no authority"},
    {X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA, invalid_authority, "a path length is set, but not that it is an authority"},
    {X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN, invalid_authority,
     "a path length is set for a key that may not sign certificates"},
    {X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA, invalid_authority,
     "a key may sign certificates, but is no authority's"},
    {X509_V_ERR_ISSUER_NAME_EMPTY, certificate_invalid, "a certificate does not name its issuer"},
    {X509_V_ERR_SUBJECT_NAME_EMPTY, certificate_invalid, "an authority's certificate has no name"},
    {X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER, certificate_invalid,
     "a certificate does not say which key of its issuer signed it"},
    {X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER, certificate_invalid,
     "an authority's certificate has no key identifier"},
    {X509_V_ERR_EMPTY_SUBJECT_ALT_NAME, certificate_invalid, "a certificate has an empty list of alternative names"},
    {X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL, certificate_invalid,
     "a certificate without a name has alternative names that are not critical"},
    {X509_V_ERR_CA_BCONS_NOT_CRITICAL, certificate_invalid, "an authority's basic constraints are not critical"},
    {X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL, certificate_invalid, "an authority key identifier is critical"},
    {X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL, certificate_invalid, "a subject key identifier is critical"},
    {X509_V_ERR_CA_CERT_MISSING_KEY_USAGE, invalid_authority,
     "an authority's certificate does not say what its key is for"},
    {X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3, certificate_invalid, "a certificate of version 1 or 2 has extensions"},
    {X509_V_ERR_EC_KEY_EXPLICIT_PARAMS, certificate_invalid, "a key spells its curve out instead of naming it"},
});

constexpr std::string_view old_cipher = "have the server use modern suites and groups: ECDHE with AES-GCM or ChaCha20";

// openssl/sslerr.h: those that a client meets because of what the server did.
constexpr std::array reasons = std::to_array<ErrorRow>({
    {SSL_R_WRONG_VERSION_NUMBER, not_tls, "what the server said is not TLS"},
    {SSL_R_UNKNOWN_PROTOCOL, not_tls, "what the server said is not TLS"},
    {SSL_R_HTTP_REQUEST, not_tls, "the server sent an HTTP request instead of TLS"},
    {SSL_R_HTTPS_PROXY_REQUEST, not_tls, "the server sent a proxy request instead of TLS"},

    {SSL_R_UNSUPPORTED_PROTOCOL, protocol_version, "the server chose a TLS version that we did not offer"},
    {SSL_R_UNSUPPORTED_SSL_VERSION, protocol_version, "the server chose a TLS version that is not supported"},
    {SSL_R_UNKNOWN_SSL_VERSION, protocol_version, "the server chose a TLS version that does not exist"},
    {SSL_R_WRONG_SSL_VERSION, protocol_version, "the server changed the TLS version in the midst of the handshake"},
    {SSL_R_BAD_PROTOCOL_VERSION_NUMBER, protocol_version, "the server named an impossible TLS version"},
    {SSL_R_BAD_LEGACY_VERSION, protocol_version, "the server named an impossible TLS version"},
    {SSL_R_BAD_HRR_VERSION, protocol_version, "the server named an impossible TLS version"},
    {SSL_R_VERSION_TOO_LOW, protocol_version, "the TLS version is older than this machine's configuration allows"},
    {SSL_R_VERSION_TOO_HIGH, protocol_version, "the TLS version is newer than this machine's configuration allows"},
    {SSL_R_NO_PROTOCOLS_AVAILABLE, protocol_version, "no TLS version is left to offer",
     "check tls.min_version and tls.max_version, and MinProtocol in this machine's openssl.cnf"},
    {SSL_R_INAPPROPRIATE_FALLBACK, protocol_version, "the server could speak a newer TLS version than it chose",
     compare_with_openssl},

    {SSL_R_NO_SHARED_CIPHER, no_shared_cipher, "there is no cipher suite in common"},
    {SSL_R_NO_CIPHERS_AVAILABLE, no_shared_cipher, "no cipher suite is left to offer"},
    {SSL_R_LIBRARY_HAS_NO_CIPHERS, no_shared_cipher, "no cipher suite is left to offer"},
    {SSL_R_UNKNOWN_CIPHER_RETURNED, no_shared_cipher, "the server chose a cipher suite that does not exist"},
    {SSL_R_WRONG_CIPHER_RETURNED, no_shared_cipher, "the server chose a cipher suite that we did not offer"},
    {SSL_R_DH_KEY_TOO_SMALL, no_shared_cipher, "the server's Diffie-Hellman group is too small", old_cipher},
    {SSL_R_BAD_DH_VALUE, no_shared_cipher, "the server's Diffie-Hellman value is not usable", old_cipher},
    {SSL_R_NO_SHARED_GROUPS, no_shared_cipher, "there is no elliptic curve or group in common", old_cipher},
    {SSL_R_NO_SUITABLE_GROUPS, no_shared_cipher, "no elliptic curve or group is left to offer"},
    {SSL_R_NO_SUITABLE_KEY_SHARE, no_shared_cipher, "there is no elliptic curve or group in common", old_cipher},
    {SSL_R_BAD_KEY_SHARE, no_shared_cipher, "the server's key share is of a group that we did not offer, or of no use",
     old_cipher},
    {SSL_R_WRONG_CURVE, no_shared_cipher, "the server chose an elliptic curve that we did not offer", old_cipher},
    {SSL_R_UNSUPPORTED_ELLIPTIC_CURVE, no_shared_cipher, "the server's elliptic curve is not supported", old_cipher},
    {SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS, no_shared_cipher, "there is no signature algorithm in common", old_cipher},
    {SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, no_shared_cipher, "no signature algorithm fits the certificate",
     old_cipher},
    {SSL_R_WRONG_SIGNATURE_TYPE, no_shared_cipher, "the server signed with an algorithm that we did not offer",
     old_cipher},
    {SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED, no_shared_cipher,
     "the server signs with an algorithm that is too old", old_cipher},
    {SSL_R_INSUFFICIENT_SECURITY, no_shared_cipher, "what the server offers is too weak", old_cipher},
    {SSL_R_NO_APPLICATION_PROTOCOL, no_shared_alpn, "there is no protocol in common (ALPN)"},

    {SSL_R_EE_KEY_TOO_SMALL, weak_certificate, "the certificate's key is too short"},
    {SSL_R_CA_KEY_TOO_SMALL, weak_certificate, "an authority's key is too short"},
    {SSL_R_CA_MD_TOO_WEAK, weak_certificate, "an authority signed with a digest that is too weak"},
    {ERR_R_ASN1_LIB, certificate_invalid, "a certificate that the server sent cannot be read"},
    {SSL_R_CERT_LENGTH_MISMATCH, certificate_invalid, "a certificate that the server sent has bytes after its end"},
    {SSL_R_NO_VALID_SCTS, certificate_invalid, "no log vouches for the certificate (RFC 6962)"},
    {SSL_R_BAD_ECC_CERT, certificate_invalid, "the certificate's key does not fit the cipher suite"},
    {SSL_R_WRONG_CERTIFICATE_TYPE, certificate_invalid, "the certificate's key does not fit the cipher suite"},
    {SSL_R_UNKNOWN_CERTIFICATE_TYPE, certificate_invalid, "the certificate's kind is not known"},
    {SSL_R_UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS, certificate_invalid, "the certificate's public key cannot be read"},
    {SSL_R_SIGNATURE_FOR_NON_SIGNING_CERTIFICATE, certificate_purpose, "the certificate's key may not make signatures"},
    {SSL_R_INVALID_STATUS_RESPONSE, staple_missing, "the OCSP answer that came with the certificate cannot be used"},

    {SSL_R_UNEXPECTED_EOF_WHILE_READING, connection_closed,
     "the server closed the connection in the midst of the handshake"},
    {SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED, handshake_failure,
     "the server does not know secure renegotiation (RFC 5746)", "update the server's TLS library"},
    {SSL_R_BAD_SIGNATURE, handshake_failure, "the server's signature does not fit its certificate",
     "check that key and certificate of the server belong together"},
    {SSL_R_DIGEST_CHECK_FAILED, handshake_failure, "the handshake's check sum does not fit", compare_with_openssl},
    {SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, handshake_failure, "what the server sent arrived altered",
     compare_with_openssl},
    {SSL_R_PACKET_LENGTH_TOO_LONG, handshake_failure, "the server sent a record that is too long",
     compare_with_openssl},
    {SSL_R_LENGTH_MISMATCH, handshake_failure, "the server sent a message that is malformed", compare_with_openssl},
    {SSL_R_BAD_EXTENSION, handshake_failure, "the server sent an extension that is malformed", compare_with_openssl},
    {SSL_R_UNSOLICITED_EXTENSION, handshake_failure, "the server sent an extension that we did not ask for",
     compare_with_openssl},
    {SSL_R_UNEXPECTED_MESSAGE, handshake_failure, "the server sent a message that does not belong there",
     compare_with_openssl},
    {SSL_R_UNEXPECTED_RECORD, handshake_failure, "the server sent a record that does not belong there",
     compare_with_openssl},
    {SSL_R_EXCESSIVE_MESSAGE_SIZE, handshake_failure, "the server sent a message that is too long",
     compare_with_openssl},
    {SSL_R_TOO_MANY_WARN_ALERTS, handshake_failure, "the server sent too many warnings", compare_with_openssl},
    {ERR_R_MALLOC_FAILURE, out_of_memory, "there was no memory for the handshake"},
});

std::optional<TlsFault> find(std::span<const ErrorRow> rows, long number) noexcept {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const ErrorRow& row) { return row.number == number; });
    if (found == rows.end()) return std::nullopt;
    return TlsFault{found->code, found->fact, found->hint};
}

}  // namespace

std::optional<TlsFault> verify_fault(long error) noexcept { return find(verify_rows, error); }

std::optional<TlsFault> reason_fault(int reason) noexcept { return find(reasons, reason); }

}  // namespace connprobe::net
