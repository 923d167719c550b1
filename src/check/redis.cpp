// Redis: PING, after AUTH and SELECT where they are asked for (https://redis.io/docs/reference/protocol-spec/).
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "check/conversation.hpp"
#include "check/protocols.hpp"
#include "check/resp.hpp"

namespace connprobe::check {

namespace {

/// Sends one command and waits for its answer.
net::Task<std::optional<Failure>> ask(Conversation& talk, const RedisCheck& check,
                                      const std::vector<std::string>& words, RespReply& reply, Duration& waited) {
    auto failed = co_await talk.send(resp_command(words));
    if (failed) co_return failed;
    for (;;) {
        auto read = read_resp(talk.received());
        if (read.wrong) {
            const auto first = co_await talk.first_words(talk.received(), waited);
            co_return not_redis(first, check);
        }
        if (read.too_large)
            co_return failure(Code::reply_too_large,
                              "the server announced an answer of more than 64 KiB to " + words[0],
                              hint_for_too_large());
        if (read.reply) {
            reply = std::move(*read.reply);
            talk.consume(read.used);
            co_return std::nullopt;
        }
        failed = co_await talk.listen();
        if (failed) co_return failed;
        if (talk.closed()) co_return talk.hung_up();
    }
}

}  // namespace

Outcome check_redis(Exchange exchange) {
    const auto& check = std::get<RedisCheck>(*exchange.target.settings->check);
    Conversation talk{exchange.stream, exchange.limit};
    for (const auto& words : redis_commands(check)) {
        RespReply reply;
        auto failed = co_await ask(talk, check, words, reply, exchange.report.waited);
        if (failed) co_return failed;
        exchange.report.facts.detail = hide_password(reply.text, check);
        const auto verdict = judge_redis(words[0], reply, check);
        if (verdict.failure) co_return verdict.failure;
        if (!verdict.is_last) continue;
        exchange.report.facts.detail = "NOAUTH";
        break;
    }
    exchange.report.reusable = talk.received().empty();
    co_return std::nullopt;
}

}  // namespace connprobe::check
