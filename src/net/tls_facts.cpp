#include "net/tls_facts.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <span>
#include <string_view>

namespace connprobe::net {

namespace {

std::string text_of(const ASN1_STRING* string) {
    const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(string));
    return data == nullptr ? std::string{} : std::string{data, static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string printed(const X509_NAME* name) {
    const BioPtr out{BIO_new(BIO_s_mem())};
    if (!out || name == nullptr) return {};
    // A string that is not what its type says cannot be converted; as escaped bytes it can still be shown.
    constexpr unsigned long utf8 = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    constexpr unsigned long raw =
        (XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_UTF8_CONVERT)) | ASN1_STRFLGS_IGNORE_TYPE;
    if (X509_NAME_print_ex(out.get(), name, 0, utf8) < 0) {
        ERR_clear_error();
        BIO_reset(out.get());
        X509_NAME_print_ex(out.get(), name, 0, raw);
    }
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    return size <= 0 ? std::string{} : std::string{data, static_cast<std::size_t>(size)};
}

std::string address_text(const ASN1_OCTET_STRING* bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int size = ASN1_STRING_length(bytes);
    if (size != 4 && size != 16) return text_of(bytes);
    ::inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(bytes), text.data(), text.size());
    return text.data();
}

std::vector<std::string> alternative_names(const X509& certificate) {
    std::vector<std::string> names;
    const GeneralNamesPtr list{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr))};
    for (int at = 0; list && at < sk_GENERAL_NAME_num(list.get()); ++at) {
        int type = 0;
        const auto* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(list.get(), at), &type);
        const auto* string = static_cast<const ASN1_STRING*>(value);
        if (type == GEN_DNS || type == GEN_URI || type == GEN_EMAIL) names.push_back(text_of(string));
        if (type == GEN_IPADD) names.push_back(address_text(string));
    }
    return names;
}

std::string fingerprint_of(const X509& certificate) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
    std::string text;
    text.reserve(2 * std::size_t{size});
    for (const unsigned byte : std::span{digest}.first(size)) {
        text += digits[byte / 16];
        text += digits[byte % 16];
    }
    return text;
}

// TLS 1.2 knows its group only by the server's temporary key; a static RSA key exchange has none.
std::optional<std::string> group_of(SSL* ssl) {
    if (const auto id = SSL_get_negotiated_group(ssl); id != NID_undef) {
        if (const char* name = SSL_group_to_name(ssl, static_cast<int>(id))) return name;
    }
    EVP_PKEY* key = nullptr;
    if (SSL_get_peer_tmp_key(ssl, static_cast<void*>(&key)) != 1) return std::nullopt;
    std::array<char, 80> name{};
    const bool named = EVP_PKEY_get_group_name(key, name.data(), name.size(), nullptr) == 1;
    const char* type = named ? name.data() : EVP_PKEY_get0_type_name(key);
    std::optional<std::string> group;
    if (type != nullptr) group = type;
    EVP_PKEY_free(key);
    ERR_clear_error();
    return group;
}

std::optional<WallTime> earliest_end(const STACK_OF(X509) * chain) {
    std::optional<WallTime> earliest;
    for (int at = 0; chain != nullptr && at < sk_X509_num(chain); ++at) {
        const auto end = wall_time(X509_get0_notAfter(sk_X509_value(chain, at)));
        earliest = earliest ? std::min(*earliest, end) : end;
    }
    return earliest;
}

std::vector<Certificate> chain_facts(const STACK_OF(X509) * chain) {
    std::vector<Certificate> facts;
    const auto count = std::min(sk_X509_num(chain), static_cast<int>(most_certificates));
    for (int at = 0; at < count; ++at) facts.push_back(certificate_facts(*sk_X509_value(chain, at)));
    return facts;
}

std::string key_type_of(const X509& certificate) {
    const auto* key = X509_get0_pubkey(&certificate);
    const char* type = key == nullptr ? nullptr : EVP_PKEY_get0_type_name(key);
    return type == nullptr ? std::string{} : type;
}

std::uint32_t key_bits_of(const X509& certificate) {
    const auto* key = X509_get0_pubkey(&certificate);
    return key == nullptr ? 0 : static_cast<std::uint32_t>(std::max(EVP_PKEY_get_bits(key), 0));
}

}  // namespace

void read_facts(SSL* ssl, TlsFacts& facts) {
    const auto* cipher = SSL_get_current_cipher(ssl);
    if (cipher == nullptr) cipher = SSL_get_pending_cipher(ssl);  // TLS 1.2, up to its Finished
    if (cipher == nullptr) return;                                // nothing is settled before the ServerHello
    facts.version = SSL_get_version(ssl);
    facts.cipher = SSL_CIPHER_get_name(cipher);
    facts.group = group_of(ssl);
    const unsigned char* alpn = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(ssl, &alpn, &size);
    if (size > 0) facts.alpn.emplace(reinterpret_cast<const char*>(alpn), size);
    if (auto* certificate = SSL_get0_peer_certificate(ssl)) facts.certificate = certificate_facts(*certificate);
    const bool finished = SSL_is_init_finished(ssl) == 1;
    if (finished) facts.resumed = SSL_session_reused(ssl) == 1;
    // Of a resumed session they are those of another handshake.
    if (facts.resumed == true || (!finished && facts.verified != true)) return;
    const auto* sent = SSL_get_peer_cert_chain(ssl);
    facts.chain = chain_facts(sent);
    facts.chain_length = static_cast<std::size_t>(std::max(sk_X509_num(sent), 0));
    if (facts.verified != true) return;
    facts.chain_not_after = earliest_end(SSL_get0_verified_chain(ssl));
    facts.verified_chain = chain_facts(SSL_get0_verified_chain(ssl));
}

Certificate certificate_facts(X509& certificate) {
    return {
        .subject = subject_of(certificate),
        .issuer = issuer_of(certificate),
        .sans = alternative_names(certificate),
        .not_before = wall_time(X509_get0_notBefore(&certificate)),
        .not_after = wall_time(X509_get0_notAfter(&certificate)),
        .fingerprint_sha256 = fingerprint_of(certificate),
        .key = key_type_of(certificate),
        .key_bits = key_bits_of(certificate),
        .signature = signature_of(certificate),
    };
}

std::string subject_of(const X509& certificate) { return printed(X509_get_subject_name(&certificate)); }
std::string issuer_of(const X509& certificate) { return printed(X509_get_issuer_name(&certificate)); }

std::string key_of(const X509& certificate) {
    const auto type = key_type_of(certificate);
    if (type.empty()) return "of a kind that is not known";
    return type + ", " + std::to_string(key_bits_of(certificate)) + " bits";
}

std::string signature_of(const X509& certificate) {
    const char* name = OBJ_nid2ln(X509_get_signature_nid(&certificate));
    return name == nullptr ? "an algorithm that is not known" : name;
}

std::string usage_of(const X509& certificate) {
    std::string usages;
    const UsagePtr list{
        static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(&certificate, NID_ext_key_usage, nullptr, nullptr))};
    for (int at = 0; list && at < sk_ASN1_OBJECT_num(list.get()); ++at) {
        std::array<char, 80> name{};
        OBJ_obj2txt(name.data(), static_cast<int>(name.size()), sk_ASN1_OBJECT_value(list.get(), at), 0);
        usages.append(usages.empty() ? "" : ", ").append(name.data());
    }
    return usages;
}

WallTime wall_time(const ASN1_TIME* time) noexcept {
    using std::chrono::seconds;
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
    const seconds count{::timegm(&parts)};
    constexpr seconds year_1900{-2'208'988'800};  // so that the time since then does not overflow either
    constexpr auto last = std::chrono::floor<seconds>(WallTime::max().time_since_epoch());
    return WallTime{std::clamp(count, year_1900, last)};
}

}  // namespace connprobe::net
