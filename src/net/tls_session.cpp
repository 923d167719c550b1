#include "net/tls_session.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <utility>

#include "model/wall_clock.hpp"
#include "net/tls_certificate_failure.hpp"
#include "net/tls_ciphers.hpp"
#include "net/tls_constraints.hpp"
#include "net/tls_facts.hpp"
#include "net/tls_greeting.hpp"
#include "net/tls_socket.hpp"

namespace connprobe::net {

namespace {

// OpenSSL calls it a lack of memory that there is nothing to keep (CRYPTO_malloc() of no bytes).
constexpr std::string_view reader_of_staples = "tls_process_cert_status_body";

int openssl_number(TlsVersion version) { return version == TlsVersion::tls1_2 ? TLS1_2_VERSION : TLS1_3_VERSION; }

// RFC 7301 §3.1: each name with its length before it.
std::string wire_form(const std::vector<std::string>& protocols) {
    std::string wire;
    for (const auto& protocol : protocols) {
        wire += static_cast<char>(protocol.size());
        wire += protocol;
    }
    return wire;
}

bool is_ascii(const std::string& name) {
    return std::ranges::all_of(name, [](char c) { return c > ' ' && c != '\x7f'; });
}

// As a sentence calls it; empty for none.
std::string own_certificate(SSL* ssl) {
    const auto* own = SSL_get_certificate(ssl);
    return own == nullptr ? std::string{} : subject_of(*own) + ", issued by " + issuer_of(*own);
}

Failure no_name() {
    return make_failure(Phase::tls, Code::hostname_mismatch,
                        "there is no name that the certificate could be proved for",
                        "set tls.server_name to the name in the certificate");
}

}  // namespace

TlsSession::TlsSession(SSL_CTX* context, Socket& socket, const Target& target, const TlsSettings& settings, SSL* below)
    : socket_{socket},
      settings_{settings},
      port_{target.port},
      after_starttls_{target.settings && target.settings->starttls},
      name_{server_name(target, settings)} {
    ERR_clear_error();
    if (name_.text.empty() && !settings.insecure) {
        obstacle_ = no_name();
        return;
    }
    ssl_.reset(SSL_new(context));
    if (!ssl_ || !(below != nullptr ? attach_over(ssl_.get(), below) : attach(ssl_.get(), socket.descriptor()))) {
        obstacle_ = make_failure(Phase::tls, Code::out_of_memory, "no memory for a TLS session");
        return;
    }
    set_up(settings);
}

TlsSession::~TlsSession() {
    if (ssl_) stop_tracing(ssl_.get());
}

void TlsSession::set_up(const TlsSettings& settings) {
    auto* ssl = ssl_.get();
    trace_handshake(ssl, trace_);
    SSL_set_connect_state(ssl);
    SSL_set_min_proto_version(ssl, openssl_number(settings.min_version));
    SSL_set_max_proto_version(ssl, openssl_number(settings.max_version));
    if (!settings.ciphers.empty()) offer_ciphers(ssl, settings.ciphers);
    if (settings.ocsp != Ocsp::off) SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp);
    const auto alpn = wire_form(settings.alpn);
    SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(alpn.data()), static_cast<unsigned>(alpn.size()));
    SSL_set_verify(ssl, settings.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    set_name(!settings.insecure);
}

void TlsSession::set_name(bool verify) {
    bool accepted = true;
    if (!name_.is_address && !name_.text.empty())
        accepted = SSL_set_tlsext_host_name(ssl_.get(), name_.text.c_str()) == 1;
    if (verify) {
        auto* parameters = SSL_get0_param(ssl_.get());
        // RFC 9525 §6.3: only whole-label wildcards, and the subject's common name counts for nothing.
        X509_VERIFY_PARAM_set_hostflags(parameters,
                                        X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
        const auto set = name_.is_address
                             ? X509_VERIFY_PARAM_set1_ip_asc(parameters, name_.text.c_str())
                             : X509_VERIFY_PARAM_set1_host(parameters, name_.text.data(), name_.text.size());
        accepted = accepted && set == 1;
    }
    if (!accepted || !is_ascii(name_.text))
        obstacle_ = make_failure(Phase::tls, Code::bad_name, name_.text + " is no name that TLS can ask for",
                                 "write its ASCII form (xn--…), as `idn2 NAME` prints it");
}

void TlsSession::present(const Identity& identity) {
    if (obstacle_ || show(ssl_.get(), identity)) return;
    obstacle_ = make_failure(Phase::tls, Code::out_of_memory, "no memory for a client certificate");
}

Step TlsSession::shake_hands() {
    ERR_clear_error();
    errno = 0;
    const auto step = step_after(SSL_do_handshake(ssl_.get()));
    finished_ = step == Step::done;
    // OpenSSL would wait for the rest of a record that is none.
    return may_be_tls(trace_.first) ? step : Step::failed;
}

Step TlsSession::listen() {
    watch_for_answer(ssl_.get());
    ERR_clear_error();
    errno = 0;
    char byte = 0;
    const auto step = step_after(SSL_peek(ssl_.get(), &byte, 1));
    // Whoever answers and hangs up at once has agreed before: both may be read in one go.
    return trace_.answered && (step == Step::read || has_ended(step)) ? Step::done : step;
}

bool TlsSession::has_ended(Step step) const noexcept {
    if (step != Step::failed) return false;
    return ssl_error_ == SSL_ERROR_ZERO_RETURN || ssl_error_ == SSL_ERROR_SYSCALL ||
           reason_ == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

bool TlsSession::hear_more() {
    const bool speaks_tls = !trace_.first.empty() && may_be_tls(trace_.first);
    return !finished_ && !speaks_tls && read_on(ssl_.get(), trace_);
}

Step TlsSession::step_after(int result) {
    if (result > 0) return Step::done;
    system_error_ = errno;
    ssl_error_ = SSL_get_error(ssl_.get(), result);
    if (ssl_error_ == SSL_ERROR_WANT_READ) return Step::read;
    if (ssl_error_ == SSL_ERROR_WANT_WRITE) return Step::write;
    take_errors();
    return Step::failed;
}

// The first error is the cause, the last one of the TLS library says what it meant for the handshake.
void TlsSession::take_errors() {
    const char* function = "";
    while (const auto error = ERR_get_error_all(nullptr, nullptr, &function, nullptr, nullptr)) {
        const char* words = ERR_reason_error_string(error);
        if (words_.empty() && words != nullptr) words_ = words;
        if (ERR_GET_LIB(error) == ERR_LIB_SSL) reason_ = ERR_GET_REASON(error);
        if (reason_ == ERR_R_MALLOC_FAILURE && function == reader_of_staples) {
            reason_ = SSL_R_INVALID_STATUS_RESPONSE;
            words_ = "it is empty";
        }
    }
}

// Where our hello could not be sent, what the server said before has not been looked at (look_before_reading()).
void TlsSession::look_at_what_came() {
    char byte = 0;
    BIO_read(SSL_get_rbio(ssl_.get()), &byte, 1);
    ERR_clear_error();
}

// An errno, or 0 for the server's end.
Failure TlsSession::ended(const HandshakeFacts& facts, int error) {
    error = socket_.ended_by(error);
    return error != 0 ? broken_off(facts, error) : closed_in_handshake(facts);
}

Failure TlsSession::failure() {
    if (ssl_error_ == SSL_ERROR_SYSCALL && trace_.first.empty()) look_at_what_came();
    const auto known = facts();
    if (!may_be_tls(trace_.first)) return not_tls(known);
    if (ssl_error_ == SSL_ERROR_SYSCALL) return ended(known, system_error_);
    if (ssl_error_ == SSL_ERROR_ZERO_RETURN) return closed_in_handshake(known);
    if (reason_ == SSL_R_UNEXPECTED_EOF_WHILE_READING) return ended(known, 0);
    if (trace_.verify_error != X509_V_OK) return refused_certificate();
    constexpr int last_alert = 255;
    const int alert = reason_ - SSL_AD_REASON_OFFSET;
    if (alert >= 0 && alert <= last_alert) return refused_by_alert(known, alert);
    return refused_by_us(known, reason_, words_);
}

Failure TlsSession::timed_out(const Limit& limit) { return tls_timed_out(facts(), limit); }

std::optional<Failure> TlsSession::missing_alpn() {
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &protocol, &size);
    if (size > 0 || !settings_.alpn_required) return std::nullopt;
    return no_alpn(facts());
}

SslPtr TlsSession::release() noexcept {
    stop_tracing(ssl_.get());
    return std::move(ssl_);
}

HandshakeFacts TlsSession::facts() {
    auto reached = Reached::nothing;
    if (finished_)
        reached = Reached::finished;
    else if (trace_.verified)
        reached = Reached::certificate;
    else if (SSL_get_pending_cipher(ssl_.get()) != nullptr)
        reached = Reached::server_hello;
    else if (!trace_.first.empty())
        reached = Reached::bytes;
    return {.name = name_.text,
            .port = port_,
            .settings = settings_,
            .reached = reached,
            .certificate_requested = trace_.certificate_requested,
            .shown = own_certificate(ssl_.get()),
            .first = trace_.first,
            .asked_before = after_starttls_};
}

Failure refused_late(SSL* ssl, int alert) {
    const TlsSettings settings;
    return refused_by_alert({.name = {},
                             .settings = settings,
                             .reached = Reached::finished,
                             .certificate_requested = true,
                             .shown = own_certificate(ssl),
                             .first = {}},
                            alert);
}

Failure TlsSession::refused_certificate() {
    Refusal refusal;
    refusal.error = trace_.verify_error;
    refusal.depth = static_cast<std::size_t>(trace_.depth);
    refusal.sent = trace_.sent;
    if (auto* certificate = trace_.refused ? trace_.refused.get() : trace_.leaf.get()) {
        refusal.certificate = certificate_facts(*certificate);
        refusal.key = key_of(*certificate);
        refusal.key_is_known = X509_get0_pubkey(certificate) != nullptr;
        refusal.signature = signature_of(*certificate);
        refusal.usage = usage_of(*certificate);
    }
    refusal.name = name_.text;
    refusal.is_address = name_.is_address;
    refusal.trusted = settings_.ca_file;
    if (!settings_.ca_dir.empty()) refusal.trusted += (refusal.trusted.empty() ? "" : " with ") + settings_.ca_dir;
    refusal.revoked_at = trace_.revoked_at;
    refusal.crl_file = settings_.crl_file;
    refusal.now = wall_clock_now();
    if (trace_.constrainer) {
        refusal.constrainer = subject_of(*trace_.constrainer);
        refusal.constraints = constrained_names(*trace_.constrainer, refusal.error == X509_V_ERR_PERMITTED_VIOLATION);
    }
    if (trace_.namesake) refusal.namesake = subject_of(*trace_.namesake);
    refusal.namesake_error = trace_.namesake_error;
    ERR_clear_error();
    return certificate_failure(refusal);
}

}  // namespace connprobe::net
