#include "demo/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

namespace connprobe::demo {
namespace {

void require(bool succeeded, const char* what) {
    if (succeeded) return;
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    throw std::runtime_error{std::string{"demo: OpenSSL could not "} + what + ": " + reason.data()};
}

Owned<EVP_PKEY> make_key() {
    Owned<EVP_PKEY> key{EVP_EC_gen("P-256")};
    require(key != nullptr, "make a key");
    return key;
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension{
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), X509_EXTENSION_free};
    require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

/// RFC 5280 §4.1.2.2: positive, unique with its issuer, at most 20 octets.
void set_random_serial(X509* certificate) {
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number{BN_new(), BN_free};
    require(number != nullptr && BN_rand(number.get(), 126, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
            "draw a serial number");
}

/// Without an issuer it is its own. Not signed yet.
Owned<X509> make_certificate(const char* common_name, X509* issuer, EVP_PKEY* key, int begins_in_days,
                             int ends_in_days) {
    Owned<X509> owned{X509_new()};
    X509* certificate = owned.get();
    require(certificate != nullptr && X509_set_version(certificate, X509_VERSION_3) == 1, "make a certificate");
    set_random_serial(certificate);
    X509_NAME* subject = X509_get_subject_name(certificate);
    const auto* name = reinterpret_cast<const unsigned char*>(common_name);
    require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1 &&
                X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject) == 1 &&
                X509_time_adj_ex(X509_getm_notBefore(certificate), begins_in_days, 0, nullptr) != nullptr &&
                X509_time_adj_ex(X509_getm_notAfter(certificate), ends_in_days, 0, nullptr) != nullptr &&
                X509_set_pubkey(certificate, key) == 1,
            "fill a certificate");
    return owned;
}

void sign(X509* certificate, EVP_PKEY* key) {
    require(X509_sign(certificate, key, EVP_sha256()) != 0, "sign a certificate");
}

constexpr int authority_days = 3650;  // back and ahead: longer than what it issues

}  // namespace

Authority::Authority(const char* name)
    : key_{make_key()}, certificate_{make_certificate(name, nullptr, key_.get(), -authority_days, authority_days)} {
    X509* self = certificate_.get();
    add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(self, self, NID_subject_key_identifier, "hash");
    sign(self, key_.get());
}

std::string Authority::pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory{BIO_new(BIO_s_mem()), BIO_free};
    require(memory != nullptr && PEM_write_bio_X509(memory.get(), certificate_.get()) == 1, "write a certificate");
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

Owned<X509> Authority::issue(const CertificateRequest& request, EVP_PKEY* key) const {
    X509* issuer = certificate_.get();
    Owned<X509> leaf =
        make_certificate("connprobe demo server", issuer, key, request.begins_in_days, request.ends_in_days);
    add_extension(leaf.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(leaf.get(), issuer, NID_key_usage, "critical,digitalSignature");
    add_extension(leaf.get(), issuer, NID_ext_key_usage, "serverAuth");
    add_extension(leaf.get(), issuer, NID_subject_alt_name, request.names);
    add_extension(leaf.get(), issuer, NID_subject_key_identifier, "hash");
    add_extension(leaf.get(), issuer, NID_authority_key_identifier, "keyid");
    sign(leaf.get(), key_.get());
    return leaf;
}

Owned<SSL_CTX> Authority::server_context(const CertificateRequest& request) const {
    const Owned<EVP_PKEY> key = make_key();
    const Owned<X509> leaf = issue(request, key.get());
    Owned<SSL_CTX> context{SSL_CTX_new(TLS_server_method())};
    require(context != nullptr && SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1 &&
                SSL_CTX_use_certificate(context.get(), leaf.get()) == 1 &&
                SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1,
            "make a server's context");
    // A ticket that is left unread turns the client's close into a reset.
    SSL_CTX_set_num_tickets(context.get(), 0);
    return context;
}

}  // namespace connprobe::demo
