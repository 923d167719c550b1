// Makes certificates in memory, good ones and such with any one defect.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace connprobe::tests {

/// Ends the test when OpenSSL could not do what a test needs.
inline void must(bool worked, const char* what) {
    if (!worked) throw std::runtime_error{std::string{"OpenSSL: "} + what};
}

/// A certificate with its key, and the ones a server sends after it.
struct Identity {
    std::shared_ptr<X509> certificate;
    std::shared_ptr<EVP_PKEY> key;
    std::vector<std::shared_ptr<X509>> chain;
};

/// What a certificate shall say; as it stands, one that a server at localhost can show.
struct Wanted {
    std::string common_name = "localhost";
    std::string alternative_names = "DNS:localhost";  ///< in the form of openssl.cnf; empty: none
    std::chrono::seconds begins = std::chrono::hours{-24}, ends = std::chrono::hours{24 * 90};  ///< from now
    bool authority = false;
    std::string key_usage;                      ///< empty: what fits; "none": no such extension
    std::string extended_usage = "serverAuth";  ///< empty: none
    std::string name_constraints;               ///< empty: none
    unsigned rsa_bits = 0;                      ///< 0: a P-256 key
    const char* digest = "SHA256";
    int path_length = -1;           ///< of an authority; negative: any
    bool names_issuers_key = true;  ///< by an authority key identifier
    bool must_staple = false;       ///< with a promise of an OCSP answer (RFC 7633)
    bool unknown_critical = false;  ///< with a critical extension that nobody understands
};

inline Wanted an_authority(std::string name) {
    Wanted wanted;
    wanted.common_name = std::move(name);
    wanted.alternative_names.clear();
    wanted.extended_usage.clear();
    wanted.authority = true;
    return wanted;
}

namespace detail {

inline std::shared_ptr<EVP_PKEY> make_key(unsigned rsa_bits) {
    EVP_PKEY* key = rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(rsa_bits);
    must(key != nullptr, "making a key");
    return {key, EVP_PKEY_free};
}

inline void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
    if (value.empty()) return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
    must(extension != nullptr, value.c_str());
    must(X509_add_ext(certificate, extension, -1) == 1, value.c_str());
    X509_EXTENSION_free(extension);
}

inline void set_name(X509* certificate, const std::string& common_name) {
    auto* name = X509_get_subject_name(certificate);
    const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
    must(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, static_cast<int>(common_name.size()), -1, 0) == 1,
         "a common name");
}

inline std::string basic_constraints(const Wanted& wanted) {
    if (!wanted.authority) return "critical,CA:FALSE";
    return "critical,CA:TRUE" + (wanted.path_length < 0 ? "" : ",pathlen:" + std::to_string(wanted.path_length));
}

}  // namespace detail

/// Issued by `issuer`, or self-signed without one.
inline Identity issue(const Wanted& wanted, const Identity* issuer = nullptr) {
    static long serial = 1000;
    Identity made{{X509_new(), X509_free}, detail::make_key(wanted.rsa_bits), {}};
    auto* certificate = made.certificate.get();
    auto* signer = issuer == nullptr ? certificate : issuer->certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), wanted.begins.count());
    X509_gmtime_adj(X509_getm_notAfter(certificate), wanted.ends.count());
    detail::set_name(certificate, wanted.common_name);
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    X509_set_pubkey(certificate, made.key.get());
    const auto usage = !wanted.key_usage.empty() ? wanted.key_usage
                       : wanted.authority        ? "critical,keyCertSign,cRLSign"
                                                 : "critical,digitalSignature,keyEncipherment";
    detail::add_extension(certificate, signer, NID_basic_constraints, detail::basic_constraints(wanted));
    detail::add_extension(certificate, signer, NID_key_usage, usage == "none" ? "" : usage);
    detail::add_extension(certificate, signer, NID_ext_key_usage, wanted.extended_usage);
    detail::add_extension(certificate, signer, NID_subject_alt_name, wanted.alternative_names);
    detail::add_extension(certificate, signer, NID_name_constraints, wanted.name_constraints);
    detail::add_extension(certificate, signer, NID_subject_key_identifier, "hash");
    if (issuer != nullptr && wanted.names_issuers_key)
        detail::add_extension(certificate, signer, NID_authority_key_identifier, "keyid:always");
    if (wanted.must_staple) detail::add_extension(certificate, signer, NID_tlsfeature, "status_request");
    if (wanted.unknown_critical) detail::add_extension(certificate, signer, NID_netscape_comment, "critical,so it is");
    auto* key = issuer == nullptr ? made.key.get() : issuer->key.get();
    must(X509_sign(certificate, key, EVP_get_digestbyname(wanted.digest)) > 0, "signing");
    return made;
}

inline std::string pem_of(const X509& certificate) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
    must(PEM_write_bio_X509(out.get(), &certificate) == 1, "writing PEM");
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace connprobe::tests
