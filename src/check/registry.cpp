#include "check/registry.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include "check/conversation.hpp"
#include "check/protocols.hpp"
#include "check/secrets.hpp"
#include "model/check_specs.hpp"
#include "net/proxy_route.hpp"

namespace connprobe::check {

namespace {

struct Protocol {
    CheckType type;
    Outcome (*run)(Exchange);
};

/// In the order of `CheckType`.
constexpr std::array protocols{
    Protocol{CheckType::tcp, check_tcp},
    Protocol{CheckType::http, check_http},
    Protocol{CheckType::redis, check_redis},
    Protocol{CheckType::postgres, check_postgres},
};
static_assert(protocols.size() == check_specs.size());

/// Of what a server says of itself: a result is kept for each of many servers.
constexpr std::size_t longest_detail = 200;

}  // namespace

Outcome run(Exchange exchange) {
    const auto type = type_of(*exchange.target.settings->check);
    exchange.report.facts.type = type;
    auto failed = co_await protocols[static_cast<std::size_t>(type)].run(exchange);
    const auto& settings = *exchange.target.settings;
    auto& detail = exchange.report.facts.detail;
    detail = net::hide_repeated_login(hide(std::move(detail), secrets_of(*settings.check)), settings.proxy);
    detail.resize(first_characters(detail, longest_detail).size());
    net::hide_repeated_login(failed, settings.proxy);
    if (exchange.dialogue == nullptr) co_return failed;
    for (auto& line : *exchange.dialogue) line = net::hide_repeated_login(std::move(line), settings.proxy);
    co_return failed;
}

}  // namespace connprobe::check
