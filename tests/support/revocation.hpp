// Makes revocation lists and OCSP answers in memory, good ones and such with any one defect.
#pragma once

#include <openssl/ocsp.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "certificates.hpp"

namespace connprobe::tests {

inline std::string pem_of_list(X509_CRL* list) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
    must(PEM_write_bio_X509_CRL(out.get(), list) == 1, "writing PEM");
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

struct WantedList {
    const X509* revoked = nullptr;
    const EVP_PKEY* signer = nullptr;  ///< null: the issuer's own key
    std::chrono::seconds begins = std::chrono::hours{-24}, ends = std::chrono::hours{24};
    bool of_changes = false;       ///< since list number 1: a delta list (RFC 5280 §5.2.4)
    bool without_issuers = false;  ///< it says nothing about authorities (RFC 5280 §5.2.5)
};

inline void add_extensions(X509_CRL& list, const WantedList& wanted) {
    const std::unique_ptr<ASN1_INTEGER, decltype(&ASN1_INTEGER_free)> number{ASN1_INTEGER_new(), ASN1_INTEGER_free};
    const std::unique_ptr<ISSUING_DIST_POINT, decltype(&ISSUING_DIST_POINT_free)> scope{ISSUING_DIST_POINT_new(),
                                                                                        ISSUING_DIST_POINT_free};
    ASN1_INTEGER_set(number.get(), 1);
    if (wanted.of_changes)
        must(X509_CRL_add1_ext_i2d(&list, NID_delta_crl, number.get(), 1, 0) == 1, "what a list begins with");
    ASN1_INTEGER_set(number.get(), wanted.of_changes ? 2 : 1);
    must(X509_CRL_add1_ext_i2d(&list, NID_crl_number, number.get(), 0, 0) == 1, "a list's number");
    if (!wanted.without_issuers) return;
    scope->onlyuser = 0xff;
    must(X509_CRL_add1_ext_i2d(&list, NID_issuing_distribution_point, scope.get(), 1, 0) == 1, "a list's scope");
}

/// A revocation list of `issuer`, in PEM.
inline std::string revocation_list(const Identity& issuer, const WantedList& wanted = {}) {
    const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> list{X509_CRL_new(), X509_CRL_free};
    X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.certificate.get()));
    const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> time{ASN1_TIME_new(), ASN1_TIME_free};
    X509_CRL_set1_lastUpdate(list.get(), X509_gmtime_adj(time.get(), wanted.begins.count()));
    X509_CRL_set1_nextUpdate(list.get(), X509_gmtime_adj(time.get(), wanted.ends.count()));
    if (wanted.revoked != nullptr) {
        auto* entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, const_cast<ASN1_INTEGER*>(X509_get0_serialNumber(wanted.revoked)));
        X509_REVOKED_set_revocationDate(entry, X509_gmtime_adj(time.get(), -3600));
        must(X509_CRL_add0_revoked(list.get(), entry) == 1, "an entry of a revocation list");
    }
    add_extensions(*list, wanted);
    auto* key = wanted.signer == nullptr ? issuer.key.get() : const_cast<EVP_PKEY*>(wanted.signer);
    must(X509_CRL_sign(list.get(), key, EVP_sha256()) > 0, "signing a revocation list");
    return pem_of_list(list.get());
}

struct WantedAnswer {
    int status = V_OCSP_CERTSTATUS_GOOD;
    std::chrono::seconds begins = std::chrono::hours{-1}, ends = std::chrono::hours{24};
    const Identity* responder = nullptr;  ///< null: the issuer itself
    const EVP_MD* digest = EVP_sha256();
    const EVP_MD* id_digest = EVP_sha1();  ///< by which the certificate is named
    std::vector<WantedAnswer> more = {};   ///< said of the same certificate after it; their signatures do not count
};

inline void add_status(OCSP_BASICRESP& answer, const Identity& about, const Identity& issuer,
                       const WantedAnswer& wanted) {
    const std::unique_ptr<OCSP_CERTID, decltype(&OCSP_CERTID_free)> id{
        OCSP_cert_to_id(wanted.id_digest, about.certificate.get(), issuer.certificate.get()), OCSP_CERTID_free};
    const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> begins{X509_gmtime_adj(nullptr, wanted.begins.count()),
                                                                       ASN1_TIME_free},
        ends{X509_gmtime_adj(nullptr, wanted.ends.count()), ASN1_TIME_free},
        since{X509_gmtime_adj(nullptr, -7200), ASN1_TIME_free};
    const bool revoked = wanted.status == V_OCSP_CERTSTATUS_REVOKED;
    must(OCSP_basic_add1_status(&answer, id.get(), wanted.status, OCSP_REVOKED_STATUS_KEYCOMPROMISE,
                                revoked ? since.get() : nullptr, begins.get(), ends.get()) != nullptr,
         "an OCSP answer");
}

/// What `issuer` says about a certificate, in DER, as servers staple it.
inline std::string ocsp_answer(const Identity& about, const Identity& issuer, const WantedAnswer& wanted = {}) {
    const std::unique_ptr<OCSP_BASICRESP, decltype(&OCSP_BASICRESP_free)> answer{OCSP_BASICRESP_new(),
                                                                                 OCSP_BASICRESP_free};
    add_status(*answer, about, issuer, wanted);
    for (const auto& one : wanted.more) add_status(*answer, about, issuer, one);
    const auto& signer = wanted.responder == nullptr ? issuer : *wanted.responder;
    must(OCSP_basic_sign(answer.get(), signer.certificate.get(), signer.key.get(), wanted.digest, nullptr, 0) == 1,
         "signing an OCSP answer");
    const std::unique_ptr<OCSP_RESPONSE, decltype(&OCSP_RESPONSE_free)> response{
        OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, answer.get()), OCSP_RESPONSE_free};
    unsigned char* bytes = nullptr;
    const int size = i2d_OCSP_RESPONSE(response.get(), &bytes);
    std::string der{reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    return der;
}

/// A responder's excuse instead of an answer, in DER.
inline std::string ocsp_excuse() {
    const std::unique_ptr<OCSP_RESPONSE, decltype(&OCSP_RESPONSE_free)> response{
        OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, nullptr), OCSP_RESPONSE_free};
    unsigned char* bytes = nullptr;
    const int size = i2d_OCSP_RESPONSE(response.get(), &bytes);
    std::string der{reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    return der;
}

}  // namespace connprobe::tests
