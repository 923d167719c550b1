// Steps of expect and send, for anything that speaks in lines.
#include <re2/re2.h>

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "check/conversation.hpp"
#include "check/heard_lines.hpp"
#include "check/protocols.hpp"
#include "check/secrets.hpp"

namespace connprobe::check {

namespace {

constexpr std::string_view hint_for_silent_port =
    "look at the server's load and log; a port that speaks TLS is silent like this, too: then turn tls on for it";

class Dialogue {
public:
    explicit Dialogue(Exchange exchange)
        : exchange_{exchange},
          talk_{exchange.stream, exchange.limit},
          secrets_{secrets_of(*exchange.target.settings->check)} {}

    Outcome run() {
        auto failed = co_await go_through_steps();
        show_heard(true);
        co_return failed;
    }

private:
    Outcome go_through_steps() {
        const auto& steps = std::get<TcpCheck>(*exchange_.target.settings->check).steps;
        for (const auto& step : steps) {
            if (!step.expect.empty()) {
                auto failed = co_await expect(step.expect);
                if (failed) co_return failed;
            }
            if (step.send.empty()) continue;
            show_heard(true);
            note("sent ", step.secret ? "a text from the environment" : '"' + step.send + '"');
            auto failed = co_await talk_.send(step.send);
            if (failed) co_return failed;
        }
        // Most such servers greet once, on a new connection: run again over this one, the first step would wait.
        exchange_.report.reusable = false;
        const bool sent_last = !steps.empty() && !steps.back().send.empty();
        if (sent_last) co_return co_await talk_.be_heard(exchange_.report.waited);
        co_return talk_.sent_all() ? std::nullopt : talk_.unheard();
    }

    /// Waits until the server has said it.
    Outcome expect(const Regex& expected) {
        const LineRegex regex{expected};
        if (talk_.out_of_time())  // while what had come was looked at
            co_return failure(Code::check_timeout, "the steps did not come to their end " + talk_.within());
        for (;;) {
            if (const auto end = regex.match(heard_.text(), heard_.taken())) {
                bool goes_on = false;
                if (regex.may_be_undone(heard_.text(), *end)) goes_on = co_await is_continued();
                if (goes_on) continue;
                heard_.take(*end);
                co_return std::nullopt;
            }
            if (talk_.closed()) co_return hung_up(regex, expected, talk_.hung_up());
            if (heard_.full())
                co_return failure(Code::reply_too_large,
                                  "the server sent more than 64 KiB without what is expected, " + written(expected),
                                  hint_for_too_large());
            auto failed = co_await talk_.listen();
            if (failed && failed->code == Code::check_timeout) co_return timed_out(regex, expected);
            if (failed && failed->code == Code::connection_reset) co_return hung_up(regex, expected, *failed);
            if (failed) co_return failed;
            take_news();
        }
    }

    /// A prompt has no line end: what ends with the server's silence is whole.
    net::Task<bool> is_continued() {
        if (heard_.full()) co_return false;
        const bool more = co_await talk_.has_more(exchange_.report.waited);
        if (more) take_news();
        co_return more;
    }

    void take_news() {
        const auto news = talk_.received().substr(0, heard_.room());
        if (news.empty()) return;
        not_shown_ += news;
        show_heard(false);
        heard_.add(news);
        talk_.consume(news.size());
        exchange_.report.facts.detail = heard_.first_line();
    }

    /// What may be the beginning of a secret waits for the rest of it, as long as more can come.
    void show_heard(bool all) {
        not_shown_ = all ? hide_also_begun(std::move(not_shown_), secrets_) : hide(std::move(not_shown_), secrets_);
        const auto size = not_shown_.size() - (all ? 0 : begun_secret(not_shown_, secrets_));
        if (size == 0) return;
        note("received ", '"' + not_shown_.substr(0, size) + '"');
        not_shown_.erase(0, size);
    }

    void note(std::string_view what, const std::string& text) {
        if (exchange_.dialogue != nullptr) exchange_.dialogue->push_back(std::string{what} + text);
    }

    /// `expected /^220/, received "554 no"`.
    [[nodiscard]] std::string difference(const Regex& expected) const {
        const auto news = heard_.news();
        const std::string nothing = heard_.taken() == 0 ? "nothing" : "nothing more";
        return "expected " + written(expected) + ", received " +
               (news.empty() ? nothing : excerpt(hide_also_begun(std::string{news}, secrets_)));
    }

    [[nodiscard]] std::string written(const Regex& regex) const { return '/' + hide(regex, secrets_) + '/'; }

    /// What came is something else, and not merely the beginning of what is expected.
    [[nodiscard]] bool is_other(const LineRegex& regex) const {
        const auto partial = heard_.partial();
        return partial.size() < heard_.news().size() || !regex.may_begin(partial);
    }

    [[nodiscard]] Failure hung_up(const LineRegex& regex, const Regex& expected, Failure end) const {
        const auto* how = end.code == Code::connection_reset ? "reset" : "closed";
        if (is_other(regex)) end = failure(Code::unexpected_reply, "", hint_for_tls(heard_.news()));
        end.message = difference(expected) + ", and the server " + how + " the connection";
        return end;
    }

    [[nodiscard]] Failure timed_out(const LineRegex& regex, const Regex& expected) const {
        const auto message = difference(expected) + ' ' + talk_.within();
        if (is_other(regex)) return failure(Code::unexpected_reply, message, hint_for_tls(heard_.news()));
        if (!heard_.news().empty()) return failure(Code::check_timeout, message, hint_for_half_an_answer());
        const bool in_the_clear = exchange_.stream.ssl() == nullptr && heard_.taken() == 0;
        return failure(Code::check_timeout, message, in_the_clear ? std::string{hint_for_silent_port} : "");
    }

    Exchange exchange_;
    Conversation talk_;
    HeardLines heard_;
    std::string not_shown_;  // of what was heard
    const std::vector<std::string> secrets_;
};

}  // namespace

Outcome check_tcp(Exchange exchange) {
    Dialogue dialogue{exchange};
    co_return co_await dialogue.run();
}

}  // namespace connprobe::check
