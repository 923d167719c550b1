// Steps of expect and send, for anything that speaks in lines.
#include <re2/re2.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "check/conversation.hpp"
#include "check/heard_lines.hpp"
#include "check/protocols.hpp"
#include "model/text.hpp"

namespace connprobe::check {

namespace {

class Dialogue {
public:
    explicit Dialogue(Exchange exchange) : exchange_{exchange}, talk_{exchange.stream, exchange.limit} {}

    Outcome run() {
        for (const auto& step : std::get<TcpCheck>(*exchange_.target.settings->check).steps) {
            if (!step.expect.empty()) {
                auto failed = co_await expect(step.expect);
                if (failed) co_return failed;
            }
            if (step.send.empty()) continue;
            note("sent ", step.secret ? "a text from the environment" : '"' + step.send + '"');
            auto failed = co_await talk_.send(step.send);
            if (failed) co_return failed;
        }
        exchange_.report.reusable = false;
        co_return std::nullopt;
    }

private:
    /// Waits until the server has said it.
    Outcome expect(const Regex& expected) {
        const LineRegex regex{expected};
        for (;;) {
            if (const auto end = regex.match(heard_.text(), heard_.taken())) {
                heard_.take(*end);
                co_return std::nullopt;
            }
            if (talk_.closed()) co_return hung_up(expected);
            if (heard_.full()) co_return too_much(expected);
            auto failed = co_await talk_.listen();
            if (failed) co_return failed->code == Code::check_timeout ? timed_out(*failed, expected) : failed;
            if (talk_.closed()) continue;
            const auto news = talk_.received().substr(0, heard_.room());
            note("received ", '"' + std::string{news} + '"');
            heard_.add(news);
            talk_.consume(talk_.received().size());
            exchange_.report.facts.detail = heard_.first_line();
        }
    }

    void note(std::string_view what, const std::string& text) {
        if (exchange_.dialogue != nullptr) exchange_.dialogue->push_back(std::string{what} + text);
    }

    /// `expected /^220/, received "554 no" so far`.
    [[nodiscard]] std::string difference(const Regex& expected) const {
        const auto rest = heard_.rest();
        return "expected /" + expected + "/, received " + (rest.empty() ? "nothing" : excerpt(rest));
    }

    [[nodiscard]] Failure hung_up(const Regex& expected) const {
        if (heard_.has_line() || !heard_.rest().empty())
            return failure(Code::unexpected_reply, difference(expected) + ", and the server closed the connection");
        auto failed = talk_.hung_up();
        failed.message = "the server closed the connection: " + difference(expected) + heard_.so_far();
        return failed;
    }

    [[nodiscard]] Failure too_much(const Regex& expected) const {
        return failure(Code::reply_too_large, "the server sent more than 64 KiB without what is expected, /" + expected + "/");
    }

    /// Silence is a time-out; a whole line that is another one is an answer.
    [[nodiscard]] Failure timed_out(Failure silence, const Regex& expected) const {
        const auto within = silence.message.substr(silence.message.find("within"));
        silence.message = difference(expected) + ' ' + within.substr(0, within.find(':'));
        return heard_.has_line() ? failure(Code::unexpected_reply, silence.message) : silence;
    }

    Exchange exchange_;
    Conversation talk_;
    HeardLines heard_;
};

}  // namespace

Outcome check_tcp(Exchange exchange) {
    Dialogue dialogue{exchange};
    co_return co_await dialogue.run();
}

}  // namespace connprobe::check
