// PostgreSQL: a startup message, as pg_isready sends it; a demand for a login, or its refusal, is the answer of a server
// that is ready.
#include <string>
#include <utility>
#include <variant>

#include "check/conversation.hpp"
#include "check/postgres_messages.hpp"
#include "check/protocols.hpp"

namespace connprobe::check {

Outcome check_postgres(Exchange exchange) {
    const auto& check = std::get<PostgresCheck>(*exchange.target.settings->check);
    Conversation talk{exchange.stream, exchange.limit};
    auto failed = co_await talk.send(startup_message(check));
    if (failed) co_return failed;
    PostgresVerdict verdict;
    for (;;) {
        verdict = judge_postgres(talk.received());
        exchange.report.facts.detail = verdict.detail;
        if (verdict.is_other) {
            const auto words = co_await talk.first_words(talk.received(), exchange.report.waited);
            auto more = judge_postgres(words);
            co_return more.is_other ? std::move(more.failure) : verdict.failure;
        }
        if (verdict.failure) co_return verdict.failure;
        if (!verdict.needs_more) break;
        failed = co_await talk.listen();
        if (failed) co_return failed;
        if (talk.closed()) co_return talk.hung_up();
    }
    // A session begins once in a connection: this one cannot be asked again.
    if (verdict.logged_in && !exchange.keep) static_cast<void>(co_await talk.send(terminate_message()));
    co_return std::nullopt;
}

}  // namespace connprobe::check
