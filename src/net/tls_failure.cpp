#include "net/tls_failure.hpp"

#include <openssl/ssl.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "model/readable.hpp"
#include "net/connect_errors.hpp"
#include "net/starttls_failure.hpp"
#include "net/tls_errors.hpp"
#include "net/tls_greeting.hpp"

namespace connprobe::net {

namespace {

Failure failure_of_tls(Code code, std::string message, std::string hint = {}) {
    return make_failure(Phase::tls, code, std::move(message), std::move(hint));
}

std::string after_warning(int alert) {
    const auto name = alert_name(alert);
    return "after the warning " + (name.empty() ? std::to_string(alert) : std::string{name});
}

// The server is "it" in these.
std::string place(const HandshakeFacts& facts) {
    const auto alert = warning(facts.first);
    switch (facts.reached) {
        case Reached::nothing: return "before it had said anything";
        case Reached::bytes: return alert ? after_warning(*alert) : "in the midst of its hello";
        case Reached::server_hello: return "after its hello";
        case Reached::certificate: return "after its certificate";
        case Reached::finished: return "after the handshake";
    }
    return {};
}

std::string_view number(TlsVersion version) { return version == TlsVersion::tls1_2 ? "1.2" : "1.3"; }

std::string offered_versions(const TlsSettings& settings) {
    const auto least = number(settings.min_version), most = number(settings.max_version);
    std::string text = "TLS " + std::string{least};
    if (least != most) text = text + " to " + std::string{most};
    return text;
}

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text.append(text.empty() ? "" : ", ").append(word);
    return text;
}

constexpr auto agreed_in_vain =
    "it had agreed to change to TLS: look into its log, for its certificate or key may not be usable";

// Those who hang up on a ClientHello are of few kinds.
std::string hint_for_hanging_up(const HandshakeFacts& facts) {
    constexpr std::uint16_t postgresql = 5432;
    if (facts.certificate_requested && !facts.shown.empty())
        return "it had asked for a client certificate and may not like ours (" + facts.shown + "): look into its log";
    if (facts.certificate_requested)
        return "it had asked for a client certificate and got none: that is the likely reason";
    const auto alert = warning(facts.first);
    if (const auto known = alert ? alert_fault(*alert) : std::nullopt) return std::string{known->hint};
    if (facts.reached != Reached::nothing) return {};
    if (facts.asked_before) return agreed_in_vain;
    if (facts.port == postgresql)
        return "PostgreSQL begins in plain text and changes to TLS only when asked to: use --starttls postgres";
    return "a plain-text service hangs up on TLS like this, and so does a proxy without a backend: is this the TLS "
           "port?";
}

std::string hint_for_silence(const HandshakeFacts& facts) {
    if (facts.reached == Reached::finished)
        return "give it more time: its answer comes one round trip after the handshake";
    if (facts.reached == Reached::nothing && facts.asked_before) return agreed_in_vain;
    if (facts.reached == Reached::nothing)
        return "a plain-text service that waits for its client to speak is silent like this: is this the TLS port? "
               "If it is, see whether large packets get lost on the way (MTU)";
    return "it began to answer: look at the server's load, and whether large packets get lost on the way (MTU)";
}

Code code_of(const HandshakeFacts& facts, int alert, Code by_table) {
    const bool about_certificate = by_table == Code::client_certificate_rejected || alert == SSL_AD_UNKNOWN_CA ||
                                   alert == SSL_AD_HANDSHAKE_FAILURE;
    if (facts.certificate_requested && !facts.shown.empty())
        return about_certificate ? Code::client_certificate_rejected : by_table;
    // Without a certificate of ours to reject, every complaint about it means that there was none.
    if (facts.certificate_requested && (about_certificate || alert == SSL_AD_ACCESS_DENIED))
        return Code::client_certificate_required;
    // RFC 8446 §4.1.1: no overlap between what the two sides offer is answered by this alert instead of a hello.
    if (alert == SSL_AD_HANDSHAKE_FAILURE && facts.reached <= Reached::bytes) return Code::no_shared_cipher;
    return by_table;
}

std::string hint_for_alert(const HandshakeFacts& facts, Code code, std::string_view by_table) {
    if (code == Code::no_shared_cipher && !facts.name.empty())
        return std::string{info(code).hint} + "; some servers also say this when they know no site " +
               std::string{facts.name};
    if (code == Code::client_certificate_required) return {};
    return std::string{by_table};
}

std::string fact_of_alert(const HandshakeFacts& facts, int alert, Code code, std::string_view by_table) {
    switch (code) {
        case Code::client_certificate_required:
            return facts.shown.empty()
                       ? "the server demands a client certificate"
                       : "the server got no client certificate that it can use from us, who have " + facts.shown;
        case Code::client_certificate_rejected:
            return (alert == SSL_AD_HANDSHAKE_FAILURE ? "the server does not accept the client certificate"
                                                      : std::string{by_table}) +
                   (facts.shown.empty() ? "" : ": " + facts.shown);
        case Code::no_shared_cipher: return "the server found no cipher suite, group or signature algorithm it accepts";
        case Code::protocol_version: return "the server does not speak " + offered_versions(facts.settings);
        case Code::no_shared_alpn:
            return facts.settings.alpn.empty() ? "the server wants a protocol to be offered (ALPN), and none was"
                                               : "the server speaks none of " + listed(facts.settings.alpn) + " (ALPN)";
        default: break;
    }
    if (alert == SSL_AD_UNRECOGNIZED_NAME && !facts.name.empty())
        return "the server has no site named " + std::string{facts.name};
    return std::string{by_table};
}

}  // namespace

Failure not_tls(const HandshakeFacts& facts) {
    if (facts.asked_before) return plain_text_after_agreement(facts.first);
    const auto message = "the server said " + shown(facts.first) + ", which is not TLS";
    const auto known = speaker(facts.first);
    if (!known) return failure_of_tls(Code::not_tls, message);
    auto hint = "the port speaks " + std::string{known->protocol} + ": ";
    hint += known->advice.empty() ? "turn tls off for it, or use the TLS port" : known->advice;
    return failure_of_tls(Code::not_tls, message, std::move(hint));
}

Failure tls_cut_short() { return failure_of_tls(Code::interrupted, "the attempt was cut short"); }

Failure tls_timed_out(const HandshakeFacts& facts, const Limit& limit) {
    const auto within = "within " + readable(limit.length) + " (" + std::string{limit.name} + ")";
    auto message = "the server sent nothing " + within;
    if (facts.reached == Reached::finished)
        message = "the server asked for a client certificate, and did not say " + within + " what it makes of ours";
    else if (facts.reached != Reached::nothing)
        message = "the server did not finish the handshake " + within + ": it stopped " + place(facts);
    return failure_of_tls(Code::tls_timeout, std::move(message), hint_for_silence(facts));
}

Failure closed_in_handshake(const HandshakeFacts& facts) {
    return failure_of_tls(Code::connection_closed, "the server closed the connection " + place(facts),
                          hint_for_hanging_up(facts));
}

Failure no_alpn(const HandshakeFacts& facts) {
    return failure_of_tls(Code::no_shared_alpn,
                          "the server chose no protocol (ALPN); offered: " + listed(facts.settings.alpn));
}

Failure broken_off(const HandshakeFacts& facts, int error) {
    const auto where = place(facts);
    // Our answer met a connection that the server had closed already (tcp_reset() in CLOSE_WAIT).
    if (error == EPIPE) return closed_in_handshake(facts);
    if (error == ECONNRESET)
        return failure_of_tls(Code::connection_reset, "the server reset the connection " + where,
                              hint_for_hanging_up(facts));
    const auto words = "the connection broke " + where + " (" + errno_name(error) + ")";
    if (error == ETIMEDOUT) return failure_of_tls(Code::tls_timeout, words + ": the kernel got no answer any more");
    return failure_of_tls(connect_code(error, {}).value_or(Code::connection_reset), words);
}

Failure refused_by_alert(const HandshakeFacts& facts, int alert) {
    if (alert == SSL_AD_CLOSE_NOTIFY) return closed_in_handshake(facts);
    const auto known = alert_fault(alert);
    const auto name = known ? std::string{alert_name(alert)} : std::to_string(alert);
    if (!known)
        return failure_of_tls(Code::handshake_failure, "the server sent the alert " + name + ", which has no name");
    const auto code = code_of(facts, alert, known->code);
    return failure_of_tls(code, fact_of_alert(facts, alert, code, known->fact) + " (alert " + name + ")",
                          hint_for_alert(facts, code, known->hint));
}

Failure refused_by_us(const HandshakeFacts& facts, int reason, std::string_view words) {
    const auto known = reason_fault(reason);
    if (!known) {
        const auto where = place(facts);
        return failure_of_tls(Code::handshake_failure,
                              "the handshake with the server broke off " + where + ": " + std::string{words});
    }
    if (known->code == Code::connection_closed) return closed_in_handshake(facts);
    if (known->code == Code::not_tls && !may_be_tls(facts.first)) return not_tls(facts);
    if (known->code == Code::not_tls)
        return failure_of_tls(Code::handshake_failure, "the server sent something that is not TLS " + place(facts),
                              std::string{compare_with_openssl});
    const auto chosen = chosen_version(facts.first);
    if (known->code == Code::protocol_version && chosen && reason != SSL_R_INAPPROPRIATE_FALLBACK)
        return failure_of_tls(
            known->code,
            "the server chose " + std::string{*chosen} + "; offered was " + offered_versions(facts.settings),
            std::string{known->hint});
    return failure_of_tls(known->code, std::string{known->fact} + " (" + std::string{words} + ")",
                          std::string{known->hint});
}

}  // namespace connprobe::net
