#include "net/tls_contexts.hpp"

#include <openssl/err.h>

#include "net/tls_handles.hpp"
#include "net/tls_identity.hpp"
#include "net/tls_sessions.hpp"
#include "net/tls_strict.hpp"
#include "net/tls_trace.hpp"

namespace connprobe::net {

namespace {

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
void trust(SSL_CTX* context, X509_STORE* authorities, bool with_crl) {
    SSL_CTX_set1_cert_store(context, authorities);
    auto* parameters = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    // Without support for the extended kinds OpenSSL takes a list of changes for a whole one (get_crl_score()).
    if (with_crl)
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
                                                    X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS);
}

Failure no_authorities(const std::string& error) {
    return make_failure(Phase::tls, Code::unknown_authority, "no certificate can be verified: " + error,
                        "install the package ca-certificates, or name a file of authorities with --cacert");
}

Failure no_identity(const std::string& error) {
    return make_failure(Phase::tls, Code::client_certificate_required, "no client certificate can be shown: " + error,
                        "mend the file, or leave the certificate out");
}

}  // namespace

Authorities::Authorities() : identities_{std::make_unique<Identities>()} {}
Authorities::~Authorities() = default;

struct TlsContexts::Entry {
    ContextPtr ssl;
    StrictLooks strict;
};

TlsContexts::TlsContexts(Authorities& shared, TlsSessions* sessions, bool if_asked)
    : shared_{shared}, sessions_{sessions}, if_asked_{if_asked} {}
TlsContexts::~TlsContexts() = default;

std::variant<TlsContext, Failure> TlsContexts::context(const TlsSettings& settings) {
    const auto key = settings.insecure ? std::nullopt : std::optional{trust_of(settings)};
    auto& entry = entries_[key];
    if (!entry) {
        const auto* trusted = settings.insecure ? nullptr : &shared_.read(*key);
        if (trusted != nullptr && !trusted->error.empty()) return no_authorities(trusted->error);
        auto context = make_context();
        if (!context) return make_failure(Phase::tls, Code::out_of_memory, "no memory for TLS");
        if (sessions_ != nullptr) TlsSessions::watch(context.get());
        if (trusted != nullptr) trust(context.get(), trusted->store.get(), !settings.crl_file.empty());
        entry = std::make_unique<Entry>(std::move(context), StrictLooks{});
    }
    const auto* identity = shared_.identities().read(settings);
    if (identity != nullptr && !identity->error.empty()) return no_identity(identity->error);
    return TlsContext{entry->ssl.get(), settings.insecure ? nullptr : &entry->strict, identity};
}

}  // namespace connprobe::net
