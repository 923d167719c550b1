#include "net/tls.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "model/wall_clock.hpp"
#include "net/tls_facts.hpp"
#include "net/tls_failure.hpp"
#include "net/tls_pins.hpp"
#include "net/tls_session.hpp"
#include "net/tls_sessions.hpp"
#include "net/tls_staple.hpp"
#include "net/tls_strict.hpp"

namespace connprobe::net {

namespace {

Need need(Step step) { return step == Step::write ? Need::writable : Need::readable; }

Task<std::optional<Failure>> shake_hands(Socket& socket, TlsSession& session, Limit limit) {
    // Something may always be there, and never what is waited for: late is then late.
    for (bool late = false;; late = Clock::now() >= limit.at) {
        const auto step = session.shake_hands();
        if (step == Step::done) co_return std::nullopt;
        if (step == Step::failed) break;
        if (late) co_return session.timed_out(limit);
        const auto waited = co_await socket.wait_for(need(step), limit.at);
        if (waited == Waited::expired) co_return session.timed_out(limit);
        if (waited == Waited::cancelled) co_return tls_cut_short();
    }
    // Who does not speak TLS is known by its first line, which may come byte by byte.
    constexpr std::chrono::milliseconds rest_of_line{100};
    const auto until = std::min(limit.at, Clock::now() + rest_of_line);
    while (session.hear_more() && co_await socket.wait_for(Need::readable, until) == Waited::ready);
    co_return session.failure();
}

// With TLS 1.3 our side is done before the server has looked at the client certificate that it asked for: a refusal, or
// the first sign of agreement, comes one round trip later.
Task<std::optional<Failure>> late_refusal(Socket& socket, TlsSession& session, TimePoint until) {
    for (bool late = false;; late = Clock::now() >= until) {
        const auto step = session.listen();
        if (step == Step::done || (step != Step::failed && late)) co_return std::nullopt;
        if (step == Step::failed) co_return session.failure();
        const auto waited = co_await socket.wait_for(need(step), until);
        if (waited == Waited::expired) co_return std::nullopt;
        if (waited == Waited::cancelled) co_return tls_cut_short();
    }
}

// A ticket of TLS 1.3 comes as late; whether one does says nothing about the server.
Task<std::optional<Failure>> late_ticket(Socket& socket, TlsSession& session, TimePoint until) {
    auto failure = co_await late_refusal(socket, session, until);
    if (failure && failure->code != Code::interrupted) failure.reset();
    co_return failure;
}

bool speaks_1_3(TlsSession& session) { return SSL_version(session.ssl()) == TLS1_3_VERSION; }

TimePoint end_of_listening(const Limit& limit, Duration round_trip) {
    constexpr std::chrono::milliseconds margin{50};
    return std::min(limit.at, Clock::now() + 2 * round_trip + margin);
}

// Silence is agreement, but not while a refusal cannot be here yet.
Task<std::optional<Failure>> agreement(Socket& socket, TlsSession& session, Limit limit, Duration round_trip) {
    const auto earliest = Clock::now() + round_trip;
    auto failure = co_await late_refusal(socket, session, end_of_listening(limit, round_trip));
    if (!failure && limit.at < earliest && Clock::now() >= limit.at) failure = session.timed_out(limit);
    co_return failure;
}

// The chain of a resumed session was verified when it was made; of it only the server's own certificate is kept.
void write_resumed(TlsSession& session, TlsFacts& facts) {
    facts.verified = SSL_get_verify_mode(session.ssl()) != SSL_VERIFY_NONE;
    if (facts.verified == true && facts.certificate) facts.chain_not_after = facts.certificate->not_after;
}

void write_report(TlsSession& session, StrictLooks* strict, TlsReport& report) {
    auto& facts = report.facts;
    facts.verified = session.trace().verified;
    read_facts(session.ssl(), facts);
    if (facts.resumed == true) return write_resumed(session, facts);
    const auto& trace = session.trace();
    if (!facts.certificate && trace.leaf) facts.certificate = certificate_facts(*trace.leaf);
    if (facts.chain.empty() && trace.sent > 0) {
        for (const auto& one : trace.chain) facts.chain.push_back(certificate_facts(*one));
        facts.chain_length = trace.sent;
    }
    if (!facts.chain_not_after || strict == nullptr) return;
    const auto& found = strict->at(session.ssl(), facts.chain);
    if (!found.empty()) report.warnings.push_back({WarningCode::certificate_not_strict, found});
}

// What a good chain does not say: is it the key that is pinned, and does its authority still stand by it?
std::optional<Failure> judge(TlsSession& session, const TlsSettings& settings, TlsReport& report) {
    auto* ssl = session.ssl();
    if (auto failure = pin_mismatch(SSL_get0_peer_certificate(ssl), settings.pins)) return failure;
    if (settings.ocsp == Ocsp::off || report.facts.resumed == true) return std::nullopt;
    if (settings.insecure) {
        const unsigned char* bytes = nullptr;
        const bool came = SSL_get_tlsext_status_ocsp_resp(ssl, &bytes) > 0;
        report.facts.staple = Staple{came ? StapleStatus::unverified : StapleStatus::absent};
        return std::nullopt;
    }
    auto [staple, failure] = judge_staple(ssl, settings.ocsp, wall_clock_now());
    report.facts.staple = staple;
    return std::move(failure);
}

}  // namespace

Task<std::optional<Failure>> handshake(Stream& stream, TlsContexts& contexts, const Target& target,
                                       const TlsSettings& settings, Limit limit, Duration connect_time,
                                       Duration& elapsed, TlsReport& report) {
    report = {};
    if (settings.insecure)
        report.warnings.push_back({WarningCode::verification_off, "the certificate was not verified (insecure)"});
    auto context = contexts.context(settings);
    if (auto* failure = std::get_if<Failure>(&context)) co_return std::move(*failure);
    const auto [ssl, strict, identity] = std::get<TlsContext>(context);
    TlsSession session{ssl, stream.socket(), target, settings, stream.ssl()};
    if (identity != nullptr) session.present(*identity);
    if (session.obstacle()) co_return session.obstacle();
    auto* const sessions = contexts.sessions(settings);
    if (sessions != nullptr) sessions->offer(session.ssl(), target, settings);

    const auto started = Clock::now();
    auto failure = co_await shake_hands(stream.socket(), session, limit);
    elapsed = std::chrono::duration_cast<Duration>(Clock::now() - started);
    write_report(session, strict, report);
    const bool is_1_3 = speaks_1_3(session);
    // A relay near by connects for a server far away, and a busy one takes its time: the handshake knows of both.
    const auto round_trip = std::max(connect_time, elapsed);
    if (!failure && is_1_3 && session.trace().certificate_requested)
        failure = co_await agreement(stream.socket(), session, limit, round_trip);
    else if (!failure && settings.resume && sessions != nullptr && is_1_3)
        failure = co_await late_ticket(stream.socket(), session, end_of_listening(limit, round_trip));
    if (!failure) failure = judge(session, settings, report);
    if (failure) co_return failure;
    failure = session.missing_alpn();
    stream.use_tls(session.release(), session.trace().certificate_requested);
    co_return failure;
}

}  // namespace connprobe::net
