#include "engine/trace.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>

using namespace std::chrono_literals;
using namespace connprobe;
using engine::Outcome;
using Steps = std::vector<std::string>;

namespace {

Steps told(const Target& target, const Outcome& outcome) {
    auto all = engine::steps_to_check(target, outcome);
    for (auto& step : engine::steps_from_check(outcome)) all.push_back(std::move(step));
    return all;
}

}  // namespace

TEST_CASE("the steps of an attempt tell what was asked, tried and agreed on") {
    Target target;
    target.settings = std::make_shared<const Settings>();
    target.host = "db";
    Outcome outcome;
    outcome.latency.resolve = 1ms;
    outcome.latency.connect = 2ms;
    outcome.latency.tls = 3ms;
    outcome.addresses.push_back(
        {"192.0.2.1", ConnectedFamily::ipv4, {}, make_failure(Phase::connect, Code::connection_refused, "it refused")});
    outcome.addresses.push_back({"192.0.2.2", ConnectedFamily::ipv4, 2ms, {}});
    outcome.addresses.push_back({"192.0.2.3", ConnectedFamily::ipv4, {}, {}});
    auto facts = std::make_unique<TlsFacts>();
    facts->version = "TLSv1.3";
    facts->alpn = "h2";
    outcome.tls = std::move(facts);
    outcome.warnings.push_back({WarningCode::slow, "it was slow"});
    CHECK(told(target, outcome) == Steps{"resolved db in 1 ms: 192.0.2.1, 192.0.2.2, 192.0.2.3", "it refused",
                                         "connected to 192.0.2.2 in 2 ms",
                                         "192.0.2.3: another address was first, or no time was left",
                                         "shook hands in 3 ms: TLSv1.3, h2", "it was slow"});
}

TEST_CASE("an attempt that failed says so once") {
    Target target;
    target.settings = std::make_shared<const Settings>();
    target.host = "db";
    Outcome unresolved;
    unresolved.latency.resolve = 1ms;
    unresolved.failure = make_failure(Phase::resolve, Code::host_not_found, "no such name");
    CHECK(told(target, unresolved) == Steps{"no such name"});

    Outcome refused;
    refused.failure = make_failure(Phase::connect, Code::connection_refused, "it refused");
    refused.addresses.push_back({"192.0.2.1", ConnectedFamily::ipv4, {}, refused.failure});
    CHECK(told(target, refused) == Steps{"it refused"});
}
