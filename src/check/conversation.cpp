#include "check/conversation.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "model/readable.hpp"
#include "model/text.hpp"
#include "net/connect_errors.hpp"
#include "net/connection_end.hpp"
#include "net/tls_greeting.hpp"
#include "net/tls_session.hpp"

namespace connprobe::check {

namespace {

using End = net::Transfer::End;
using namespace std::string_view_literals;

Failure cut_short() { return failure(Code::interrupted, "the attempt was cut short"); }

std::string bytes(std::size_t count) { return std::to_string(count) + (count == 1 ? " byte" : " bytes"); }

bool is_tls(std::string_view first) {
    return !first.empty() && first[0] >= 0x14 && first[0] <= 0x17 && (first.size() == 1 || first[1] == 3);
}

// RFC 9113 §3.4: the server's side begins with a SETTINGS frame on stream 0.
bool is_http2(std::string_view first) {
    return first.size() >= 9 && first[0] == 0 && (first[3] == 4 || first[3] == 7) && first.substr(5, 4) == "\0\0\0\0"sv;
}

}  // namespace

net::Task<std::optional<Failure>> Conversation::send(std::string_view bytes) {
    const auto sent = co_await stream_.write_all(bytes, limit_.at);
    if (sent.end == End::cancelled) co_return cut_short();
    if (sent.end == End::expired) co_return timed_out();
    // Who has reset or closed may have answered before: that is still to be read.
    const bool gone = sent.error == 0 || sent.error == EPIPE || sent.error == ECONNRESET;
    if (sent.end == End::failed && !gone) co_return broken(sent);
    if (sent.end != End::moved) sent_ = sent;
    co_return std::nullopt;
}

net::Task<std::optional<Failure>> Conversation::be_heard(Duration& waited) {
    auto& socket = stream_.socket();
    for (;;) {
        auto failed = unheard();
        if (failed) co_return failed;
        const auto began = net::Clock::now();
        const auto woken = co_await socket.wait_broken(soon());
        waited += std::chrono::duration_cast<Duration>(net::Clock::now() - began);
        if (woken == net::Waited::cancelled) co_return cut_short();
        failed = unheard();
        if (failed || woken == net::Waited::ready || net::unacknowledged(socket.descriptor()) == 0) co_return failed;
        if (net::Clock::now() >= limit_.at) co_return not_taken();
    }
}

net::TimePoint Conversation::soon() const {
    constexpr std::chrono::milliseconds margin{50};
    const auto pause = 2 * net::round_trip(stream_.socket().descriptor()) + margin;
    return std::min(net::later(net::Clock::now(), pause), limit_.at);
}

net::Task<net::Transfer> Conversation::hear(net::TimePoint until) {
    constexpr std::size_t step = 4096;
    const auto had = received_.size();
    received_.resize(std::min(had + step, most_held));
    const auto heard = co_await stream_.read_some({received_.data() + had, received_.size() - had}, until);
    received_.resize(had + heard.bytes);
    heard_ += heard.bytes;
    co_return heard;
}

net::Task<bool> Conversation::has_more(Duration& waited) {
    if (closed_ || end_ || received_.size() >= most_held) co_return false;
    const auto began = net::Clock::now();
    const auto heard = co_await hear(soon());
    waited += std::chrono::duration_cast<Duration>(net::Clock::now() - began);
    if (heard.end != End::moved && heard.end != End::expired) end_ = heard;
    co_return heard.bytes != 0;
}

net::Task<std::string> Conversation::first_words(std::string_view begun, Duration& waited) {
    constexpr std::size_t enough = 256;
    std::string words{begun};
    for (;;) {
        received_.clear();
        const bool known = words.find('\n') != words.npos || is_tls(words) || is_http2(words);
        if (known || words.size() >= enough) break;
        const bool more = co_await has_more(waited);
        if (!more) break;
        words += received_;
    }
    words.resize(std::min(words.size(), enough));
    co_return words;
}

net::Task<std::optional<Failure>> Conversation::listen() {
    if (received_.size() >= most_held)
        co_return failure(Code::reply_too_large, "the server sent more than 64 KiB, and its answer had no end",
                          hint_for_too_large());
    // Where there is always more to hear, and to look at it takes long, reading alone would not come to its end.
    if (out_of_time()) co_return timed_out();
    auto heard = std::exchange(end_, std::nullopt).value_or(net::Transfer{});
    if (heard.end == End::moved) heard = co_await hear(limit_.at);
    if (heard.end == End::moved) co_return std::nullopt;
    if (heard.end == End::expired) co_return timed_out();
    if (heard.end == End::cancelled) co_return cut_short();
    if (heard.end == End::failed && heard.error != EPIPE) co_return broken(heard);
    closed_ = true;
    co_return std::nullopt;
}

std::string Conversation::within() const {
    return "within " + readable(limit_.length) + " (" + std::string{limit_.name} + ")";
}

Failure Conversation::hung_up() const {
    return failure(Code::connection_closed, "the server closed the connection " + how_far(), hint_for_an_end());
}

std::optional<Failure> Conversation::unheard() {
    auto& socket = stream_.socket();
    const int error = sent_all() ? socket.ended_by(net::end_of_connection(socket.descriptor())) : sent_.error;
    if (error == ECONNRESET)
        return failure(Code::connection_reset, "the server reset the connection before it had heard everything");
    if (error == EPIPE || !sent_all())
        return failure(Code::connection_closed, "the server closed the connection before it had heard everything");
    if (error != 0) return broken({.end = End::failed, .error = error});
    return std::nullopt;
}

Failure Conversation::not_taken() const {
    return failure(
        Code::check_timeout, "the server's machine did not acknowledge what was sent " + within(),
        "it took the connection and then fell silent: a firewall may let only its first packets pass, or the "
        "machine is gone");
}

std::string Conversation::hint_for_an_end() const {
    if (heard_ != 0 || stream_.ssl() != nullptr) return {};
    return "a TLS port hangs up on plain text like this, and so does a proxy without a backend";
}

Failure Conversation::broken(const net::Transfer& transfer) const {
    if (transfer.error == ECONNRESET)
        return failure(Code::connection_reset, "the server reset the connection " + how_far(), hint_for_an_end());
    if (transfer.error == ETIMEDOUT)
        return failure(Code::check_timeout,
                       "the connection broke " + how_far() + ": the kernel got no answer any more (ETIMEDOUT)");
    if (transfer.error != 0)
        return failure(net::connect_code(transfer.error, {}).value_or(Code::connection_reset),
                       "the connection broke " + how_far() + " (" + net::errno_name(transfer.error) + ")");
    // With TLS 1.3 a server may refuse the client's certificate, or its lack, as late as this.
    if (stream_.certificate_requested() && transfer.alert >= 0) {
        auto refusal = net::refused_late(stream_.ssl(), transfer.alert);
        if (info(refusal.code).failure_class == FailureClass::auth) {
            refusal.phase = Phase::check;
            return refusal;
        }
    }
    return failure(Code::unexpected_reply, "TLS failed " + how_far() + ": " + transfer.words);
}

Failure Conversation::timed_out() const {
    if (heard_ == 0) return failure(Code::check_timeout, "the server did not answer " + within());
    return failure(Code::check_timeout,
                   "the server did not finish its answer " + within() + "; " + bytes(heard_) + " had come",
                   hint_for_half_an_answer());
}

std::string Conversation::how_far() const {
    if (heard_ == 0) return "before it answered";
    return "within its answer, after " + bytes(heard_);
}

std::string_view first_characters(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    auto end = most;
    while (end > 0 && end > most - 4 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
    return text.substr(0, end);
}

std::string excerpt(std::string_view text) {
    constexpr std::size_t most = 60;
    return '"' + printable_bytes(first_characters(text, most)) + (text.size() > most ? "…\"" : "\"");
}

std::string hint_for_too_large() {
    return "no answer to this question is so long: check that the service behind the port is the one you mean";
}

std::string hint_for_half_an_answer() {
    return "the server began to answer and stopped: look at its load and log, or give it more time";
}

std::string hint_for_tls(std::string_view first) {
    return is_tls(first) ? "the port speaks TLS: turn tls on for it" : "";
}

Failure failure(Code code, std::string message, std::string hint) {
    return make_failure(Phase::check, code, std::move(message), std::move(hint));
}

Failure other_protocol(std::string_view protocol, std::string_view first, std::string hint) {
    const auto known = net::speaker(first);
    const auto name = is_tls(first) ? "TLS"sv : is_http2(first) ? "HTTP/2"sv : known ? known->protocol : ""sv;
    auto line = net::shown(first);
    if (line.starts_with('"')) line = excerpt(std::string_view{line}.substr(1, line.size() - 2));
    auto message = "the server said " + line + ", which is not " + std::string{protocol};
    if (!name.empty() && name != protocol && hint.empty())
        hint = "the port speaks " + std::string{name} + ": is it the one you mean?";
    if (name == "TLS") hint = hint_for_tls(first);
    if (name.starts_with("HTTP/2"))
        hint = "it speaks HTTP/2 only: probe a port that speaks HTTP/1.1, or tcp://HOST:PORT";
    return failure(Code::unexpected_reply, std::move(message), std::move(hint));
}

}  // namespace connprobe::check
