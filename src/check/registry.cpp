#include "check/registry.hpp"

#include <array>
#include <cstddef>

#include "check/protocols.hpp"
#include "model/check_specs.hpp"

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

}  // namespace

Outcome run(Exchange exchange) {
    const auto type = type_of(*exchange.target.settings->check);
    exchange.report.facts.type = type;
    return protocols[static_cast<std::size_t>(type)].run(exchange);
}

}  // namespace connprobe::check
