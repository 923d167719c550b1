#include "net/proxy_talk.hpp"

#include <array>
#include <cerrno>

#include "model/readable.hpp"
#include "net/connect_errors.hpp"

namespace connprobe::net {

namespace {

constexpr std::size_t most_at_once = 4096;

Failure attempt_cut_short() { return through_proxy(Code::interrupted, "the attempt was cut short"); }

}  // namespace

ProxyTalk::Result ProxyTalk::send(std::string_view bytes) {
    const auto sent = co_await stream_.write_all(bytes, limit_.at);
    if (sent.end == Transfer::End::cancelled) co_return attempt_cut_short();
    if (sent.end == Transfer::End::expired) co_return timed_out();
    co_return std::nullopt;
}

ProxyTalk::Result ProxyTalk::hear(std::size_t count) {
    heard_.clear();
    while (heard_.size() < count) {
        std::array<char, most_at_once> chunk{};
        const auto wanted = std::min(count - heard_.size(), chunk.size());
        const auto heard = co_await stream_.read_some({chunk.data(), wanted}, limit_.at);
        if (heard.end != Transfer::End::moved) co_return ended(heard);
        heard_.append(chunk.data(), heard.bytes);
        taken_ += heard.bytes;
    }
    co_return std::nullopt;
}

ProxyTalk::Result ProxyTalk::look() {
    heard_.resize(most_at_once);
    const auto seen = co_await stream_.peek_some({heard_.data(), heard_.size()}, limit_.at);
    heard_.resize(seen.bytes);
    if (seen.end != Transfer::End::moved) co_return ended(seen);
    co_return std::nullopt;
}

void ProxyTalk::take(std::size_t count) {
    std::array<char, most_at_once> chunk{};
    Transfer taken;
    if (count == 0 || stream_.try_read({chunk.data(), count}, taken) != Need::nothing) return;
    taken_ += taken.bytes;
}

void ProxyTalk::look_further() {
    std::array<char, most_at_once> chunk{};
    Transfer seen;
    if (stream_.try_peek(chunk, seen) == Need::nothing) heard_.append(chunk.data(), seen.bytes);
}

Failure ProxyTalk::ended(const Transfer& transfer) const {
    if (transfer.end == Transfer::End::expired) return timed_out();
    if (transfer.end == Transfer::End::cancelled) return attempt_cut_short();
    const auto who = route_.proxy_text();
    if (transfer.end == Transfer::End::failed && transfer.error == 0)
        return proxy_fault(Code::proxy_unexpected_reply,
                           "TLS with " + who + " failed " + how_far() + ": " + transfer.words);
    const auto hint = hint_for_an_end();
    if (transfer.error == ECONNRESET)
        return proxy_fault(Code::connection_reset, who + " reset the connection " + how_far(), hint);
    // EPIPE: what we sent met a connection that the proxy had closed already.
    if (transfer.end == Transfer::End::closed || transfer.error == EPIPE)
        return proxy_fault(Code::connection_closed, who + " closed the connection " + how_far(), hint);
    const auto words = "the connection to " + who + " broke " + how_far() + " (" + errno_name(transfer.error) + ")";
    if (transfer.error == ETIMEDOUT) return proxy_fault(Code::proxy_timeout, words);
    return proxy_fault(connect_code(transfer.error, {}).value_or(Code::connection_reset), words);
}

Failure ProxyTalk::timed_out() const {
    const auto within = " within " + readable(limit_.length) + " (" + std::string{limit_.name} + ")";
    const auto came = taken_ + heard_.size();
    if (came == 0)
        return proxy_fault(Code::proxy_timeout, route_.proxy_text() + " did not answer" + within, hint_for_silence());
    const auto message = route_.proxy_text() + " did not finish its answer" + within + "; " + std::to_string(came) +
                         (came == 1 ? " byte" : " bytes") + " had come";
    const bool is_connecting = is_socks(route_.proxy.type) && heard_.empty();
    return proxy_fault(Code::proxy_timeout, message, is_connecting ? hint_for_target() : "");
}

std::string ProxyTalk::hint_for_an_end() const {
    if (taken_ != 0) return "it began to answer and broke off: look into the proxy's log";
    std::string hint =
        "check the scheme of the proxy's URL: a proxy of another kind hangs up like this, and so does one that does "
        "not "
        "let this machine in";
    if (route_.proxy.type == ProxyType::http)
        hint += "; if its port speaks TLS, write " + route_.with_scheme(ProxyType::https);
    return hint;
}

std::string ProxyTalk::hint_for_target() const {
    return "can the proxy reach " + route_.target_text() + "? A firewall that drops there looks like this";
}

// SOCKS names the target only when the proxy has answered; CONNECT does at once.
std::string ProxyTalk::hint_for_silence() const {
    const auto over_tls = route_.with_scheme(ProxyType::https);
    if (is_socks(route_.proxy.type))
        return "it does not answer SOCKS: a TLS port and a web server wait silently like this; try " + over_tls +
               " or " + route_.with_scheme(ProxyType::http);
    auto hint = "is it the proxy's port, and " + hint_for_target();
    if (route_.proxy.type == ProxyType::http) hint += ", and so does a port that speaks TLS: then write " + over_tls;
    return hint;
}

std::string ProxyTalk::how_far() const {
    if (taken_ == 0) return "before it answered";
    return "within its answer, after " + std::to_string(taken_) + (taken_ == 1 ? " byte" : " bytes");
}

}  // namespace connprobe::net
