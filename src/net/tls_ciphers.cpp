#include "net/tls_ciphers.hpp"

#include <openssl/err.h>

#include <string_view>

#include "net/tls_contexts.hpp"
#include "net/tls_handles.hpp"

namespace connprobe::net {

namespace {

using SessionPtr = std::unique_ptr<SSL, FreeWith<SSL_free>>;

bool is_of_tls1_3(const SSL_CIPHER* cipher) {
    constexpr int kind = 0x1300;  // RFC 8446 §B.4: 0x1301 to 0x1305
    return (SSL_CIPHER_get_protocol_id(cipher) & 0xff00) == kind;
}

const SSL_CIPHER* find(const STACK_OF(SSL_CIPHER) * suites, std::string_view name) {
    for (int at = 0; at < sk_SSL_CIPHER_num(suites); ++at) {
        const auto* suite = sk_SSL_CIPHER_value(suites, at);
        const char* registered = SSL_CIPHER_standard_name(suite);
        if (name == SSL_CIPHER_get_name(suite) || (registered != nullptr && name == registered)) return suite;
    }
    return nullptr;
}

SessionPtr session_with_all(int level) {
    const ContextPtr context{SSL_CTX_new(TLS_client_method())};
    if (!context) return nullptr;
    SSL_CTX_set_security_level(context.get(), level);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context.get(), "ALL:COMPLEMENTOFALL");
    SSL_CTX_set_ciphersuites(context.get(),
                             "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
                             "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256");
    return SessionPtr{SSL_new(context.get())};
}

// What this library knows, however weak.
const SSL* all_suites() {
    static const SessionPtr session = session_with_all(0);
    return session.get();
}

// What it would offer.
bool is_offered(const SSL_CIPHER* suite) {
    static const SessionPtr session = session_with_all(security_level);
    STACK_OF(SSL_CIPHER)* offered = SSL_get1_supported_ciphers(session.get());
    const bool found = offered != nullptr && sk_SSL_CIPHER_find(offered, suite) >= 0;
    sk_SSL_CIPHER_free(offered);
    return found;
}

}  // namespace

std::string cipher_fault(const TlsSettings& settings) {
    bool any_of_tls1_2 = settings.ciphers.empty(), any_of_tls1_3 = any_of_tls1_2;
    for (const auto& name : settings.ciphers) {
        const auto* suite = find(SSL_get_ciphers(all_suites()), name);
        if (suite == nullptr)
            return "ciphers: " + name +
                   " is the name of no cipher suite that OpenSSL knows: `openssl ciphers -stdname ALL` lists them";
        if (!is_offered(suite)) return "ciphers: " + name + " is too weak to be offered";
        (is_of_tls1_3(suite) ? any_of_tls1_3 : any_of_tls1_2) = true;
    }
    ERR_clear_error();
    if (!any_of_tls1_3 && settings.min_version == TlsVersion::tls1_3)
        return "ciphers: none of TLS 1.3 is among them, which min_version demands";
    if (!any_of_tls1_2 && settings.max_version == TlsVersion::tls1_2)
        return "ciphers: none of TLS 1.2 is among them, beyond which max_version does not go";
    return {};
}

void offer_ciphers(SSL* ssl, const std::vector<std::string>& names) {
    std::string tls1_2, tls1_3;
    for (const auto& name : names) {
        const auto* suite = find(SSL_get_ciphers(all_suites()), name);
        if (suite == nullptr) continue;
        auto& list = is_of_tls1_3(suite) ? tls1_3 : tls1_2;
        list.append(list.empty() ? "" : ":").append(SSL_CIPHER_get_name(suite));
    }
    SSL_set_ciphersuites(ssl, tls1_3.c_str());
    if (!tls1_2.empty()) SSL_set_cipher_list(ssl, tls1_2.c_str());
    if (tls1_2.empty()) SSL_set_min_proto_version(ssl, TLS1_3_VERSION);
    if (tls1_3.empty()) SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
    ERR_clear_error();
}

}  // namespace connprobe::net
