// HTTP/1.1: one request, judged by its status, its headers and, where that is asked for, its body.
#include <openssl/ssl.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "check/conversation.hpp"
#include "check/expressions.hpp"
#include "check/http_judge.hpp"
#include "check/http_request.hpp"
#include "check/protocols.hpp"
#include "net/http_reply.hpp"

namespace connprobe::check {

namespace {

using State = net::HttpReply::State;

constexpr std::size_t most_interim = 16;

/// Of a body that stands in the way of the next answer: a connection that carries more is not worth keeping.
constexpr std::size_t most_forgotten = 4 * 1024 * 1024;

std::string agreed_protocol(net::Stream& stream) {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    if (stream.ssl() != nullptr) SSL_get0_alpn_selected(stream.ssl(), &name, &size);
    return {name, name + size};
}

/// One request and the reading of its answer.
class Request {
public:
    explicit Request(Exchange exchange)
        : exchange_{exchange},
          check_{std::get<HttpCheck>(*exchange.target.settings->check)},
          talk_{exchange.stream, exchange.limit},
          reply_{check_.method == "HEAD" ? net::HttpReply::To::head : net::HttpReply::To::any} {}

    Outcome run() {
        if (const auto protocol = agreed_protocol(exchange_.stream); !protocol.empty() && protocol != "http/1.1")
            co_return failure(Code::unexpected_reply,
                              "the server chose " + protocol +
                                  " (ALPN), and this check speaks "
                                  "HTTP/1.1 only",
                              "take " + protocol + " out of tls.alpn, or put http/1.1 before it");
        auto failed = co_await talk_.send(http_request(exchange_.target, check_, exchange_.keep));
        if (failed) co_return failed;
        failed = co_await read_head();
        if (failed) co_return failed;
        failed = judge_head(reply_, check_, "");
        const bool may_be_about_tls = exchange_.stream.ssl() == nullptr || exchange_.stream.certificate_requested();
        if (failed && reply_.status() == 400 && may_be_about_tls) {
            co_await read_explanation();
            failed = judge_head(reply_, check_, reply_.body());
        }
        if (failed) co_return failed;
        const bool reads_body = exchange_.keep || !check_.expect_body.empty();
        if (!reads_body) co_return std::nullopt;
        reply_.want_body();
        failed = co_await read_body();
        exchange_.report.reusable = !failed && exchange_.keep && reply_.state() == State::done &&
                                    reply_.keeps_alive() && talk_.received().empty();
        co_return failed;
    }

private:
    Outcome read_head() {
        while (reply_.state() == State::head) {
            auto failed = co_await talk_.listen();
            if (failed) co_return failed;
            if (talk_.closed()) co_return talk_.hung_up();
            constexpr std::size_t enough_to_tell = 256;
            first_.append(talk_.received().substr(0, enough_to_tell - std::min(first_.size(), enough_to_tell)));
            const auto used = reply_.read(talk_.received());
            head_size_ += used;
            talk_.consume(used);
            const bool broken = reply_.state() == State::broken && !reply_.too_large();
            if (broken && !first_.starts_with("HTTP/"))
                first_ = co_await talk_.first_words(first_, exchange_.report.waited);
            if (broken) co_return not_http(first_, reply_.problem(), check_);
            if (reply_.interim() > most_interim)
                co_return failure(Code::unexpected_reply, "the server sends interim answers (1xx) without end");
            if (reply_.too_large() || head_size_ > most_held)
                co_return failure(Code::reply_too_large, "the headers of the answer are larger than 64 KiB");
        }
        auto& facts = exchange_.report.facts;
        if (reply_.major() == 1 && reply_.status() >= 100) facts.status = reply_.status();
        facts.detail = reply_.header("server");
        co_return std::nullopt;
    }

    /// A TLS port, or one that wants a client certificate, may say so in the body, which often comes later than the head;
    /// not all of them hang up then.
    net::Task<void> read_explanation() {
        constexpr Duration enough = std::chrono::milliseconds{100};
        auto limit = exchange_.limit;
        limit.at = std::min(limit.at, net::Clock::now() + enough);
        Conversation rest{exchange_.stream, limit};
        reply_.want_body();
        talk_.consume(reply_.read(talk_.received()));
        while (reply_.state() == State::body && reply_.body_size() < most_held && !is_explained(reply_.body())) {
            const auto failed = co_await rest.listen();
            if (failed || rest.closed()) break;
            rest.consume(reply_.read(rest.received()));
        }
    }

    /// As far as it is needed: until what is expected was found, or to its end.
    Outcome read_body() {
        const auto& expected = check_.expect_body;
        const bool early = !expected.empty() && !depends_on_end(expected);
        for (;;) {
            talk_.consume(reply_.read(talk_.received()));
            const bool over = reply_.state() == State::done || reply_.body_size() >= most_held;
            if (!found_ && (early || over)) found_ = !expected.empty() && has_expected(reply_.body(), expected);
            const bool good = found_ || expected.empty();
            if (reply_.state() == State::broken) co_return good ? std::nullopt : std::optional{broken_body()};
            // The rest stands before the next answer: it is read and forgotten where there will be one.
            const bool goes_on = good && exchange_.keep && reply_.body_size() < most_forgotten;
            if (reply_.state() == State::done || ((over || found_) && !goes_on)) co_return judge_body();
            auto failed = co_await talk_.listen();
            if (!failed && !talk_.closed()) continue;
            if (talk_.closed()) reply_.end();
            if (talk_.closed() && reply_.state() == State::done && !expected.empty())
                found_ = has_expected(reply_.body(), expected);
            if (reply_.state() == State::done) co_return judge_body();
            // The status was good: a body that nobody asked for decides nothing, but this connection is spent.
            const bool cut = failed && failed->code == Code::interrupted;
            if (!cut && (found_ || expected.empty())) co_return std::nullopt;
            co_return failed ? failed : std::optional{talk_.hung_up()};
        }
    }

    std::optional<Failure> judge_body() {
        if (found_ || check_.expect_body.empty()) return std::nullopt;
        if (reply_.state() == State::done) return body_not_expected(reply_, check_);
        return failure(Code::reply_too_large,
                       "the first 64 KiB of the body do not hold what is expected, /" + check_.expect_body + "/");
    }

    [[nodiscard]] Failure broken_body() const {
        if (reply_.too_large())
            return failure(Code::reply_too_large, "the extensions of a chunk, or the trailers, are larger than 64 KiB",
                           hint_for_too_large());
        return malformed_body(reply_.problem());
    }

    Exchange exchange_;
    const HttpCheck& check_;
    Conversation talk_;
    net::HttpReply reply_;
    std::string first_;
    std::size_t head_size_ = 0;
    bool found_ = false;
};

}  // namespace

Outcome check_http(Exchange exchange) {
    Request request{exchange};
    co_return co_await request.run();
}

}  // namespace connprobe::check
