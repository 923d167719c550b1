#include "net/tls_identity.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "net/pem_file.hpp"
#include "net/tls_facts.hpp"

namespace connprobe::net {

namespace {

using Pkcs12Ptr = std::unique_ptr<PKCS12, FreeWith<PKCS12_free>>;
using Passphrase = std::optional<std::string>;

Identity wrong(const std::string& file, const std::string& what) {
    ERR_clear_error();
    Identity identity;
    identity.error = file + ": " + what;
    return identity;
}

BioPtr over(const std::string& text) { return BioPtr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))}; }

struct Asked {
    const Passphrase& passphrase;
    bool was = false;
};

// Called for a key that is encrypted. Without this function OpenSSL would ask whoever sits at the terminal.
int answer(char* buffer, int size, int /*for_writing*/, void* data) {
    auto& asked = *static_cast<Asked*>(data);
    asked.was = true;
    if (!asked.passphrase || asked.passphrase->size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(buffer, asked.passphrase->data(), asked.passphrase->size());
    return static_cast<int>(asked.passphrase->size());
}

constexpr std::string_view give_passphrase = "give its passphrase in a variable that key_passphrase_env names";
constexpr std::string_view wrong_passphrase = "the passphrase in the variable of key_passphrase_env does not open it";

// A file may hold several; the first is ours, the others are its chain.
std::vector<X509Ptr> certificates_in(const std::string& text) {
    std::vector<X509Ptr> found;
    const auto in = over(text);
    while (auto* certificate = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)) found.emplace_back(certificate);
    return found;
}

bool ended_without_one() {
    const auto error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

std::string why_no_certificate(const std::string& text) {
    if (is_der(text))
        return "is not PEM but DER or PKCS#12: give a PKCS#12 file as pkcs12_file, or convert it with `openssl x509 "
               "-inform DER`";
    if (ended_without_one()) return "holds no certificate: expected a line -----BEGIN CERTIFICATE-----";
    return "holds a certificate that cannot be read";
}

std::string why_no_key(const std::string& text, const Asked& asked, bool is_own_file) {
    if (asked.was) {
        if (!asked.passphrase) return "the key is encrypted: " + std::string{give_passphrase};
        return "the key is encrypted, and " + std::string{wrong_passphrase};
    }
    if (is_der(text)) return "is not PEM but DER: convert it with `openssl pkey -inform DER`";
    if (text.find("PRIVATE KEY-----") != std::string::npos) return "holds a private key that cannot be read";
    return is_own_file ? "holds no private key: expected a line -----BEGIN PRIVATE KEY-----"
                       : "holds a certificate but no private key: name its file with key_file";
}

// By the rules that hold for the server's certificate hold for ours, too (OpenSSL's security level 2).
std::string why_unusable(const Identity& identity) {
    constexpr int security_level = 2;
    const ContextPtr context{SSL_CTX_new(TLS_client_method())};
    const std::unique_ptr<SSL, FreeWith<SSL_free>> session{context ? SSL_new(context.get()) : nullptr};
    if (!session) return "there is no memory to try it";
    SSL_set_security_level(session.get(), security_level);
    if (show(session.get(), identity)) return {};
    const auto reason = ERR_GET_REASON(ERR_peek_last_error());
    if (reason == SSL_R_EE_KEY_TOO_SMALL || reason == SSL_R_CA_KEY_TOO_SMALL)
        return "its key is too weak: " + key_of(*identity.certificate) + "; RSA keys need 2048 bits";
    if (reason == SSL_R_CA_MD_TOO_WEAK)
        return "it is signed with " + signature_of(*identity.certificate) + ", which is too weak";
    const char* words = ERR_reason_error_string(ERR_peek_last_error());
    return std::string{"OpenSSL cannot use it"} + (words == nullptr ? "" : std::string{": "} + words);
}

Identity read_pem(const TlsSettings& settings) {
    const auto& file = settings.cert_file;
    const auto certificate_text = read_file(file);
    if (!certificate_text.error.empty()) return wrong(file, certificate_text.error);
    Identity identity;
    identity.chain = certificates_in(certificate_text.text);
    if (identity.chain.empty()) return wrong(file, why_no_certificate(certificate_text.text));
    if (!ended_without_one()) return wrong(file, "holds a certificate that cannot be read");
    ERR_clear_error();
    identity.certificate = std::move(identity.chain.front());
    identity.chain.erase(identity.chain.begin());

    const bool is_own_file = !settings.key_file.empty() && settings.key_file != file;
    const auto& key_file = is_own_file ? settings.key_file : file;
    const auto key_text = is_own_file ? read_file(key_file) : certificate_text;
    if (!key_text.error.empty()) return wrong(key_file, key_text.error);
    Asked asked{settings.key_passphrase};
    identity.key.reset(PEM_read_bio_PrivateKey(over(key_text.text).get(), nullptr, answer, &asked));
    if (!identity.key) return wrong(key_file, why_no_key(key_text.text, asked, is_own_file));
    if (X509_check_private_key(identity.certificate.get(), identity.key.get()) == 1) return identity;
    const auto fits = [&](const X509Ptr& other) {
        return X509_check_private_key(other.get(), identity.key.get()) == 1;
    };
    const auto subject = subject_of(*identity.certificate);
    if (std::ranges::any_of(identity.chain, fits))
        return wrong(file, "the key belongs to a certificate further down: put that one first, before " + subject);
    return wrong(key_file, "the key does not belong to the first certificate in " + file + " (" + subject + ")");
}

std::string why_closed(const Passphrase& passphrase) {
    if (!passphrase) return "is encrypted: " + std::string{give_passphrase};
    return "is encrypted, and " + std::string{wrong_passphrase};
}

Identity read_pkcs12(const TlsSettings& settings) {
    const auto& file = settings.pkcs12_file;
    const auto content = read_file(file);
    if (!content.error.empty()) return wrong(file, content.error);
    const Pkcs12Ptr container{d2i_PKCS12_bio(over(content.text).get(), nullptr)};
    if (!container) {
        const bool is_pem = content.text.find("-----BEGIN") != std::string::npos;
        return wrong(file, is_pem ? "is not PKCS#12 but PEM: give it as cert_file" : "is not a PKCS#12 file");
    }
    const auto passphrase = settings.key_passphrase.value_or("");
    const bool opens = PKCS12_mac_present(container.get()) == 0 ||
                       PKCS12_verify_mac(container.get(), passphrase.c_str(), -1) == 1 ||
                       (passphrase.empty() && PKCS12_verify_mac(container.get(), nullptr, 0) == 1);
    if (!opens) return wrong(file, why_closed(settings.key_passphrase));
    Identity identity;
    EVP_PKEY* key = nullptr;
    X509* certificate = nullptr;
    STACK_OF(X509)* others = nullptr;
    if (PKCS12_parse(container.get(), passphrase.c_str(), &key, &certificate, &others) != 1)
        return wrong(file,
                     PKCS12_mac_present(container.get()) == 0
                         ? "has no MAC to try its passphrase on; give PEM files, as `openssl pkcs12 -nodes -in FILE` "
                           "writes them"
                         : "cannot be decrypted: OpenSSL 3 has no RC2 and other old ciphers; give PEM files, as "
                           "`openssl pkcs12 -legacy -nodes -in FILE` writes them");
    identity.key.reset(key);
    identity.certificate.reset(certificate);
    while (others != nullptr && sk_X509_num(others) > 0) identity.chain.emplace_back(sk_X509_shift(others));
    sk_X509_free(others);
    if (!identity.key) return wrong(file, "holds no private key");
    if (!identity.certificate) return wrong(file, "holds no certificate that its key belongs to");
    return identity;
}

Identity read_identity(const TlsSettings& settings) {
    const auto& file = settings.pkcs12_file.empty() ? settings.cert_file : settings.pkcs12_file;
    auto identity = settings.pkcs12_file.empty() ? read_pem(settings) : read_pkcs12(settings);
    ERR_clear_error();
    if (!identity.error.empty()) return identity;
    if (const auto error = why_unusable(identity); !error.empty()) return wrong(file, error);
    return identity;
}

}  // namespace

const Identity* Identities::read(const TlsSettings& settings) {
    if (!has_identity(settings)) return nullptr;
    const std::scoped_lock lock{mutex_};
    const auto [place, is_new] =
        read_.try_emplace({settings.cert_file, settings.key_file, settings.pkcs12_file, settings.key_passphrase});
    if (is_new) place->second = read_identity(settings);
    return &place->second;
}

std::optional<std::string> Identities::check(const TlsSettings& settings) {
    const auto* identity = read(settings);
    if (identity == nullptr || identity->error.empty()) return std::nullopt;
    return identity->error;
}

bool has_identity(const TlsSettings& settings) noexcept {
    return !settings.cert_file.empty() || !settings.pkcs12_file.empty();
}

bool has_identity(const SSL& session) noexcept { return SSL_get_certificate(&session) != nullptr; }

bool show(SSL* ssl, const Identity& identity) noexcept {
    if (SSL_use_cert_and_key(ssl, identity.certificate.get(), identity.key.get(), nullptr, 1) != 1) return false;
    return std::ranges::all_of(identity.chain,
                               [ssl](const X509Ptr& one) { return SSL_add1_chain_cert(ssl, one.get()) == 1; });
}

}  // namespace connprobe::net
