#include "net/tls_trace.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <initializer_list>
#include <memory>

#include "net/tls_facts.hpp"
#include "net/tls_paths.hpp"
#include "net/wildcard.hpp"

namespace connprobe::net {

namespace {

// Called when the server has sent a CertificateRequest. There is no certificate to show: the handshake goes on without.
int note_request(SSL* /*ssl*/, void* trace) {
    static_cast<HandshakeTrace*>(trace)->certificate_requested = true;
    return 1;
}

void note_message(int is_ours, int /*version*/, int type, const void* /*bytes*/, size_t /*size*/, SSL* /*ssl*/,
                  void* trace) {
    if (is_ours == 0 && type == SSL3_RT_HANDSHAKE) static_cast<HandshakeTrace*>(trace)->answered = true;
}

// A line that tells who speaks; a record's header, and the beginning of the message in it.
constexpr std::size_t enough = 64;

// What stands before these bytes, OpenSSL has taken.
void note_first(HandshakeTrace& trace, std::string_view next) {
    trace.first.resize(std::min(trace.first.size(), trace.taken));
    trace.first.append(next.substr(0, enough - std::min(trace.first.size(), enough)));
}

// More may have come between the look and the reading; what was seen beyond it stays.
void note_taken(HandshakeTrace& trace, std::string_view bytes) {
    const auto seen = trace.first;
    note_first(trace, bytes);
    trace.taken += bytes.size();
    if (seen.size() > trace.first.size()) trace.first.append(seen, trace.first.size());
}

// As look_before_reading, where the session speaks through another one.
long look_into_tunnel(BIO* tunnel, HandshakeTrace& trace, long result) {
    SSL* below = nullptr;
    BIO_get_ssl(tunnel, &below);
    std::array<char, enough> bytes{};
    const int count = SSL_peek(below, bytes.data(), static_cast<int>(bytes.size()));
    if (count > 0) note_first(trace, {bytes.data(), static_cast<std::size_t>(count)});
    const int error = count > 0 ? SSL_ERROR_NONE : SSL_get_error(below, count);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return result;
    BIO_clear_retry_flags(tunnel);
    if (error == SSL_ERROR_WANT_READ)
        BIO_set_retry_read(tunnel);
    else
        BIO_set_retry_write(tunnel);
    return -1;
}

// Sees who speaks on this port before OpenSSL reads: what it does not understand it does not give back. A read is put off
// until there is something to see, for it could come in between.
long look_before_reading(BIO* socket, int operation, const char* bytes, size_t /*size*/, int /*argument*/,
                         long /*argument*/, int result, size_t* processed) {
    auto& trace = *reinterpret_cast<HandshakeTrace*>(BIO_get_callback_arg(socket));
    if (operation == (BIO_CB_READ | BIO_CB_RETURN) && result > 0 && processed != nullptr && trace.taken < enough)
        note_taken(trace, {bytes, *processed});
    if (operation != BIO_CB_READ || trace.taken >= enough || trace.first.size() >= enough) return result;
    if (BIO_method_type(socket) == BIO_TYPE_SSL) return look_into_tunnel(socket, trace, result);
    std::array<char, enough> seen{};
    const auto descriptor = static_cast<int>(BIO_get_fd(socket, nullptr));
    const auto count = ::recv(descriptor, seen.data(), seen.size(), MSG_PEEK | MSG_DONTWAIT);
    if (count > 0) note_first(trace, {seen.data(), static_cast<std::size_t>(count)});
    if (count >= 0) return result;
    // Any other error ends the handshake here: the socket tells it once, OpenSSL would no longer hear of it.
    BIO_clear_retry_flags(socket);
    if (errno == EAGAIN || errno == EINTR) BIO_set_retry_read(socket);
    return -1;
}

HandshakeTrace* trace_of(SSL* ssl) noexcept { return static_cast<HandshakeTrace*>(SSL_get_app_data(ssl)); }

SSL* ssl_of(X509_STORE_CTX* chain) noexcept {
    return static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
}

// OpenSSL knows the list while it tells what it found, and no longer.
std::optional<WallTime> revocation_of(X509_STORE_CTX* chain) {
    auto* list = X509_STORE_CTX_get0_current_crl(chain);
    auto* certificate = X509_STORE_CTX_get_current_cert(chain);
    X509_REVOKED* entry = nullptr;
    if (list == nullptr || certificate == nullptr || X509_CRL_get0_by_cert(list, &entry, certificate) != 1) return {};
    return wall_time(X509_REVOKED_get0_revocationDate(entry));
}

// OpenSSL has no underscore among what a wildcard may stand for; the names of machines have.
bool fits_by_wildcard(X509_STORE_CTX* chain) {
    const char* host = X509_VERIFY_PARAM_get0_host(X509_STORE_CTX_get0_param(chain), 0);
    const GeneralNamesPtr names{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(X509_STORE_CTX_get0_cert(chain), NID_subject_alt_name, nullptr, nullptr))};
    for (int at = 0; host != nullptr && names && at < sk_GENERAL_NAME_num(names.get()); ++at) {
        int type = 0;
        const auto* name =
            static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), at), &type));
        const std::string_view pattern{reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
                                       type == GEN_DNS ? static_cast<std::size_t>(ASN1_STRING_length(name)) : 0};
        if (stands_for(pattern, host)) return true;
    }
    return false;
}

// OpenSSL rounds the strength of keys: to it some that are shorter have 112 bits as well.
bool is_short(const X509* certificate) {
    constexpr int least_bits = 2048;
    const auto* key = certificate == nullptr ? nullptr : X509_get0_pubkey(certificate);
    const bool is_factored = key != nullptr && (EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1);
    return is_factored && EVP_PKEY_get_bits(key) < least_bits;
}

// What OpenSSL finds nothing wrong with.
int judge_good(X509_STORE_CTX* chain) {
    if (!is_short(X509_STORE_CTX_get_current_cert(chain))) return 1;
    const bool is_authority = X509_STORE_CTX_get_error_depth(chain) > 0;
    X509_STORE_CTX_set_error(chain, is_authority ? X509_V_ERR_CA_KEY_TOO_SMALL : X509_V_ERR_EE_KEY_TOO_SMALL);
    return 0;
}

// Whoever is trusted is so without a revocation list of its own issuer, or with one that says nothing about it.
int judge_finding(int good, X509_STORE_CTX* chain) {
    if (good != 0) return judge_good(chain);
    const int error = X509_STORE_CTX_get_error(chain), depth = X509_STORE_CTX_get_error_depth(chain);
    if (auto* trace = trace_of(ssl_of(chain)); trace != nullptr && error == X509_V_ERR_CERT_REVOKED)
        trace->revoked_at = revocation_of(chain);
    const bool lacks_list = error == X509_V_ERR_UNABLE_TO_GET_CRL || error == X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER ||
                            error == X509_V_ERR_DIFFERENT_CRL_SCOPE;
    if (error == X509_V_ERR_HOSTNAME_MISMATCH && fits_by_wildcard(chain)) {
        X509_STORE_CTX_set_error(chain, X509_V_OK);
        return 1;
    }
    if (!lacks_list || depth + 1 != sk_X509_num(X509_STORE_CTX_get0_chain(chain))) return 0;
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
}

struct FreeAll {
    void operator()(STACK_OF(X509) * certificates) const noexcept { sk_X509_pop_free(certificates, X509_free); }
};
using CertificatesPtr = std::unique_ptr<STACK_OF(X509), FreeAll>;

bool has_name(const X509* certificate, const X509_NAME* name) noexcept {
    return X509_NAME_cmp(X509_get_subject_name(certificate), name) == 0;
}

// OpenSSL passes over an issuer that does not fit without a word.
void note_namesake(X509_STORE_CTX* chain, HandshakeTrace& trace) {
    const auto* wanted = X509_get_issuer_name(trace.refused.get());
    const CertificatesPtr known{X509_STORE_CTX_get1_certs(chain, wanted)};
    for (const STACK_OF(X509) * all : {known.get(), X509_STORE_CTX_get0_untrusted(chain)}) {
        for (int at = 0; all != nullptr && !trace.namesake && at < sk_X509_num(all); ++at) {
            auto* candidate = sk_X509_value(all, at);
            if (!has_name(candidate, wanted)) continue;
            trace.namesake_error = X509_check_issued(candidate, trace.refused.get());
            if (trace.namesake_error != X509_V_OK) trace.namesake = share(candidate);
        }
    }
}

void note_constrainer(X509_STORE_CTX* chain, HandshakeTrace& trace) {
    const auto* all = X509_STORE_CTX_get0_chain(chain);
    for (int at = sk_X509_num(all) - 1; at > trace.depth; --at) {
        auto* authority = sk_X509_value(all, at);
        const NameConstraintsPtr constraints{
            static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(authority, NID_name_constraints, nullptr, nullptr))};
        if (!constraints || NAME_CONSTRAINTS_check(trace.refused.get(), constraints.get()) != trace.verify_error)
            continue;
        trace.constrainer = share(authority);
        return;
    }
}

void note_refusal(X509_STORE_CTX* chain, HandshakeTrace& trace) {
    trace.verify_error = X509_STORE_CTX_get_error(chain);
    trace.depth = X509_STORE_CTX_get_error_depth(chain);
    trace.leaf = share(X509_STORE_CTX_get0_cert(chain));
    trace.refused = share(X509_STORE_CTX_get_current_cert(chain));
    const auto* sent = X509_STORE_CTX_get0_untrusted(chain);
    trace.sent = static_cast<std::size_t>(std::max(sk_X509_num(sent), 0));
    for (std::size_t at = 0; at < std::min(trace.sent, most_certificates); ++at)
        trace.chain.push_back(share(sk_X509_value(sent, static_cast<int>(at))));
    if (!trace.refused) return;
    if (trace.verify_error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) note_namesake(chain, trace);
    if (trace.verify_error == X509_V_ERR_PERMITTED_VIOLATION || trace.verify_error == X509_V_ERR_EXCLUDED_VIOLATION)
        note_constrainer(chain, trace);
}

}  // namespace

void trace_handshake(SSL* ssl, HandshakeTrace& trace) noexcept {
    SSL_set_app_data(ssl, &trace);
    SSL_set_cert_cb(ssl, note_request, &trace);
    BIO_set_callback_ex(SSL_get_rbio(ssl), look_before_reading);
    BIO_set_callback_arg(SSL_get_rbio(ssl), reinterpret_cast<char*>(&trace));
}

void stop_tracing(SSL* ssl) noexcept {
    SSL_set_app_data(ssl, nullptr);
    SSL_set_cert_cb(ssl, nullptr, nullptr);
    SSL_set_msg_callback(ssl, nullptr);
    if (auto* socket = SSL_get_rbio(ssl)) BIO_set_callback_ex(socket, nullptr);
}

bool read_on(SSL* ssl, HandshakeTrace& trace) noexcept {
    auto* socket = SSL_get_rbio(ssl);
    if (socket == nullptr) return false;
    BIO_set_callback_ex(socket, nullptr);
    note_first(trace, {});
    constexpr std::size_t header = 6;  // MySQL's holds a byte that elsewhere ends a line
    while (trace.first.size() < enough) {
        std::array<char, enough> bytes{};
        const int count = BIO_read(socket, bytes.data(), static_cast<int>(enough - trace.first.size()));
        if (count <= 0) return BIO_should_retry(socket) && trace.first.find('\n', header) == std::string::npos;
        trace.first.append(bytes.data(), static_cast<std::size_t>(count));
        trace.taken += static_cast<std::size_t>(count);
    }
    return false;
}

void watch_for_answer(SSL* ssl) noexcept {
    SSL_set_msg_callback(ssl, note_message);
    SSL_set_msg_callback_arg(ssl, trace_of(ssl));
}

int verify_and_trace(X509_STORE_CTX* chain, void* /*unused*/) noexcept {
    auto* ssl = ssl_of(chain);
    auto* trace = trace_of(ssl);
    const bool wanted = SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE;
    X509_STORE_CTX_set_verify_cb(chain, judge_finding);
    const bool good = wanted && verify_by_any_path(chain);
    if (trace != nullptr) {
        trace->verified = good;
        if (wanted && !good) note_refusal(chain, *trace);
    }
    return good || !wanted ? 1 : 0;
}

}  // namespace connprobe::net
