#include "net/proxy.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "net/http_connect.hpp"
#include "net/proxy_talk.hpp"
#include "net/proxy_tls.hpp"
#include "net/socks5.hpp"
#include "net/tls.hpp"

namespace connprobe::net {

namespace {

using Result = Task<std::optional<Failure>>;

Failure endless(const Route& route) {
    return proxy_fault(Code::proxy_unexpected_reply, route.proxy_text() + " sends headers without end",
                       "no proxy answers so much to CONNECT: check that the port is the one you mean");
}

Result ask_http(ProxyTalk& talk, const Route& route) {
    constexpr std::size_t most = 64 * 1024, enough_to_tell = 256, most_interim = 16;
    HttpReply reply{HttpReply::To::connect};
    std::string first;
    std::size_t size = 0;
    auto failed = co_await talk.send(connect_request(route));
    if (failed) co_return failed;
    while (reply.state() != HttpReply::State::done) {
        failed = co_await talk.look();
        if (failed) co_return failed;
        auto used = reply.read(talk.heard());
        if (reply.state() == HttpReply::State::body) {
            reply.want_body();  // there is none: what follows is the target's
            used += reply.read(talk.heard().substr(used));
        }
        first.append(talk.heard().substr(0, enough_to_tell - std::min(first.size(), enough_to_tell)));
        talk.take(used);
        size += used;
        if (reply.too_large() || size > most || reply.interim() > most_interim) co_return endless(route);
        if (reply.state() == HttpReply::State::broken) co_return broken_answer(route, first, reply.problem());
    }
    co_return judge_connect(route, reply);
}

// More of an answer than its two bytes shows who gave it.
Result judged(ProxyTalk& talk, std::optional<Failure> (*judge)(const Route&, std::string_view), const Route& route) {
    auto failed = co_await talk.hear(2);
    if (failed) co_return failed;
    if (judge(route, talk.heard())) talk.look_further();
    co_return judge(route, talk.heard());
}

Result log_in(ProxyTalk& talk, const Route& route) {
    bool login = false;
    auto failed = co_await talk.send(socks5_greeting(route.proxy));
    if (failed) co_return failed;
    failed = co_await talk.hear(2);
    if (failed) co_return failed;
    if (judge_socks5_method(route, talk.heard(), login)) talk.look_further();
    failed = judge_socks5_method(route, talk.heard(), login);
    if (failed || !login) co_return failed;
    failed = co_await talk.send(socks5_login(route.proxy));
    if (failed) co_return failed;
    co_return co_await judged(talk, judge_socks5_login, route);
}

Result ask_socks5(ProxyTalk& talk, const Route& route) {
    auto failed = co_await log_in(talk, route);
    if (failed) co_return failed;
    failed = co_await talk.send(socks5_request(route));
    if (failed) co_return failed;
    failed = co_await judged(talk, judge_socks5_reply, route);
    if (failed) co_return failed;
    // The address that the proxy connected from: nobody needs it, but the target's bytes come after it.
    const std::string version_and_reply{talk.heard()};
    failed = co_await talk.hear(3);
    if (failed) co_return failed;
    const auto rest = socks5_rest(version_and_reply + std::string{talk.heard()});
    if (rest == 0)
        co_return proxy_fault(Code::proxy_unexpected_reply,
                              route.proxy_text() + " answered with a kind of address that does not exist");
    co_return co_await talk.hear(rest);
}

// Its certificate is verified whatever is said about the target's: user and password go over this connection.
Result shake_hands(Stream& stream, TlsContexts& contexts, const Route& route, Limit limit, Duration connect_time) {
    Target itself;
    itself.host = route.proxy.host;
    itself.port = route.proxy.port;
    TlsSettings settings;
    settings.ca_file = route.proxy.ca_file;
    settings.ca_dir = route.proxy.ca_dir;
    settings.alpn = {"http/1.1"};
    TlsReport report;
    Duration elapsed{};
    auto failed = co_await handshake(stream, contexts, itself, settings, limit, connect_time, elapsed, report);
    if (!failed || failed->failure_class == FailureClass::cancelled) co_return failed;
    co_return failed_with_proxy(route, report.facts, *failed);
}

}  // namespace

Result pass_proxy(Stream& stream, TlsContexts& contexts, Route route, Limit limit, Duration connect_time) {
    stream.send_at_once();
    const auto type = route.proxy.type;
    if (type == ProxyType::https) {
        auto failed = co_await shake_hands(stream, contexts, route, limit, connect_time);
        if (failed) co_return failed;
    }
    ProxyTalk talk{stream, route, limit};
    auto asking = is_socks(type) ? ask_socks5(talk, route) : ask_http(talk, route);
    co_return co_await std::move(asking);
}

}  // namespace connprobe::net
