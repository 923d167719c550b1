#include "net/tls.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "net/tls_facts.hpp"
#include "net/tls_session.hpp"
#include "net/tls_sessions.hpp"
#include "net/tls_strict.hpp"

namespace connprobe::net {

namespace {

Failure cut_short() { return make_failure(Phase::tls, Code::interrupted, "the attempt was cut short"); }

Need need(Step step) { return step == Step::write ? Need::writable : Need::readable; }

Task<std::optional<Failure>> shake_hands(Socket& socket, TlsSession& session, Limit limit) {
    // Something may always be there, and never what is waited for: late is then late.
    for (bool late = false;; late = Clock::now() >= limit.at) {
        const auto step = session.shake_hands();
        if (step == Step::done) co_return std::nullopt;
        if (step == Step::failed) co_return session.failure();
        if (late) co_return session.timed_out(limit);
        const auto waited = co_await socket.wait_for(need(step), limit.at);
        if (waited == Waited::expired) co_return session.timed_out(limit);
        if (waited == Waited::cancelled) co_return cut_short();
    }
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
        if (waited == Waited::cancelled) co_return cut_short();
    }
}

bool may_refuse_late(TlsSession& session) {
    return session.trace().certificate_requested && SSL_version(session.ssl()) == TLS1_3_VERSION;
}

TimePoint end_of_late_refusal(const Limit& limit, Duration connect_time) {
    constexpr std::chrono::milliseconds margin{50};
    return std::min(limit.at, Clock::now() + 2 * connect_time + margin);
}

void write_report(TlsSession& session, StrictLooks* strict, TlsReport& report) {
    auto& facts = report.facts;
    facts.verified = session.trace().verified;
    read_facts(session.ssl(), facts);
    // The chain of a resumed session was verified when it was made.
    if (facts.resumed == true && !facts.verified)
        facts.verified = SSL_get_verify_mode(session.ssl()) != SSL_VERIFY_NONE;
    if (!facts.certificate && session.trace().leaf) facts.certificate = certificate_facts(*session.trace().leaf);
    if (!facts.chain_not_after || strict == nullptr) return;
    const auto& found = strict->at(session.ssl(), facts.certificate->fingerprint_sha256);
    if (!found.empty()) report.warnings.push_back({WarningCode::certificate_not_strict, found});
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
    const auto [ssl, strict] = std::get<TlsContext>(context);
    TlsSession session{ssl, stream.socket().descriptor(), target, settings, stream.ssl()};
    if (session.obstacle()) co_return session.obstacle();
    if (auto* sessions = contexts.sessions()) sessions->offer(session.ssl(), target, settings);

    const auto started = Clock::now();
    auto failure = co_await shake_hands(stream.socket(), session, limit);
    elapsed = std::chrono::duration_cast<Duration>(Clock::now() - started);
    write_report(session, strict, report);
    if (!failure && may_refuse_late(session))
        failure = co_await late_refusal(stream.socket(), session, end_of_late_refusal(limit, connect_time));
    if (failure) co_return failure;
    failure = session.missing_alpn();
    stream.use_tls(session.release());
    co_return failure;
}

}  // namespace connprobe::net
