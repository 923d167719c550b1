#include "net/tls_contexts.hpp"

#include <openssl/err.h>

#include "net/tls_handles.hpp"
#include "net/tls_sessions.hpp"
#include "net/tls_strict.hpp"
#include "net/tls_trace.hpp"

namespace connprobe::net {

namespace {

// SHA-1, MD5 and RSA keys under 2048 bits are refused (SSL_CTX_set_security_level(3)).
constexpr int security_level = 2;

ContextPtr make_context() {
    ERR_clear_error();
    ContextPtr context{SSL_CTX_new(TLS_client_method())};
    if (!context) return nullptr;
    // A held connection costs 19 KiB of memory instead of 66 when its buffers go while they are empty.
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_security_level(context.get(), security_level);
    SSL_CTX_set_cert_verify_callback(context.get(), verify_and_trace, nullptr);
    return context;
}

// As curl: an intermediate authority, or the server's own certificate, is enough to trust; its root need not be at hand.
void trust(SSL_CTX* context, X509_STORE* authorities) {
    SSL_CTX_set1_cert_store(context, authorities);
    auto* parameters = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
}

Failure no_authorities(const std::string& error) {
    return make_failure(Phase::tls, Code::unknown_authority, "no certificate can be verified: " + error,
                        "install the package ca-certificates, or name a file of authorities with --cacert");
}

}  // namespace

struct TlsContexts::Entry {
    ContextPtr ssl;
    StrictLooks strict;
};

TlsContexts::TlsContexts(Authorities& shared, TlsSessions* sessions) : shared_{shared}, sessions_{sessions} {}
TlsContexts::~TlsContexts() = default;

std::variant<TlsContext, Failure> TlsContexts::context(const TlsSettings& settings) {
    const auto key = settings.insecure ? std::nullopt : std::optional{settings.ca_file};
    auto& entry = entries_[key];
    if (!entry) {
        const auto* trusted = settings.insecure ? nullptr : &shared_.read(settings.ca_file);
        if (trusted != nullptr && !trusted->error.empty()) return no_authorities(trusted->error);
        auto context = make_context();
        if (!context) return make_failure(Phase::tls, Code::out_of_memory, "no memory for TLS");
        if (sessions_ != nullptr) TlsSessions::watch(context.get());
        if (trusted != nullptr) trust(context.get(), trusted->store.get());
        entry = std::make_unique<Entry>(std::move(context), StrictLooks{});
    }
    return TlsContext{entry->ssl.get(), settings.insecure ? nullptr : &entry->strict};
}

}  // namespace connprobe::net
