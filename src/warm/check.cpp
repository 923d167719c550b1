#include "warm/check.hpp"

#include <algorithm>
#include <utility>

#include "check/registry.hpp"
#include "engine/open.hpp"

namespace connprobe::warm {

net::Task<std::optional<Failure>> check_and_keep(net::Stream& stream, const Target& target, net::TimePoint until,
                                                 bool keeps, std::optional<CheckFacts>& facts) {
    const auto& settings = *target.settings;
    auto limit = engine::limit_of(settings, net::Clock::now(), settings.check_timeout, "check_timeout");
    limit.at = std::min(limit.at, until);
    check::Report report;
    auto failure =
        co_await check::run({.stream = stream, .target = target, .limit = limit, .report = report, .keep = true});
    facts = std::move(report.facts);
    if (failure || report.reusable || !keeps) co_return failure;
    co_return make_failure(
        Phase::check, Code::connection_closed, "the server answered, and the connection cannot be kept after that",
        "let the server keep connections open (HTTP: keep-alive) and answer with less than 4 MiB, or open them only, "
        "without --hold");
}

}  // namespace connprobe::warm
