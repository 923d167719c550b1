#include "engine/address_verdicts.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::engine;

namespace {

Outcome verdict(const std::string& address, std::optional<Failure> failure = {}) {
    Outcome outcome;
    outcome.address = address;
    outcome.family = ConnectedFamily::ipv4;
    outcome.latency.connect = 1ms;
    outcome.addresses.push_back({address, ConnectedFamily::ipv4, 1ms, {}});
    outcome.failure = std::move(failure);
    return outcome;
}

Failure failure(Phase phase, Code code) { return make_failure(phase, code, "x"); }

std::vector<Outcome> list(Outcome one, Outcome other) {
    std::vector<Outcome> all;
    all.push_back(std::move(one));
    all.push_back(std::move(other));
    return all;
}

}  // namespace

TEST_CASE("a name is up when all its addresses are, and shows the first of them") {
    const auto whole = verdict_of_all(list(verdict("192.0.2.1"), verdict("192.0.2.2")));
    CHECK_FALSE(whole.failure);
    CHECK(whole.warnings.empty());
    CHECK(whole.address == "192.0.2.1");
    CHECK(whole.addresses.size() == 2);
}

TEST_CASE("the dead among the addresses are named with their codes, whatever phase they failed in") {
    auto late = verdict("192.0.2.1", failure(Phase::check, Code::not_serving));
    const auto whole = verdict_of_all(list(std::move(late), verdict("192.0.2.2")));
    CHECK_FALSE(whole.failure);
    CHECK(whole.address == "192.0.2.2");
    REQUIRE(whole.warnings.size() == 1);
    CHECK(whole.warnings.front().code == WarningCode::address_down);
    CHECK(whole.warnings.front().message == "1 of 2 addresses is down: 192.0.2.1 (not_serving)");
    REQUIRE(whole.addresses.front().error);
    CHECK(whole.addresses.front().error->code == Code::not_serving);
    CHECK_FALSE(whole.addresses.back().error);
}

TEST_CASE("of many dead addresses ten are named and the others counted") {
    std::vector<Outcome> all;
    all.push_back(verdict("192.0.2.100"));
    for (int i = 1; i <= 12; ++i)
        all.push_back(verdict("192.0.2." + std::to_string(i), failure(Phase::connect, Code::connection_refused)));
    const auto message = verdict_of_all(std::move(all)).warnings.front().message;
    CHECK(message.starts_with("12 of 13 addresses are down: 192.0.2.1 (connection_refused), 192.0.2.2"));
    CHECK(message.ends_with("192.0.2.10 (connection_refused) and 2 more"));
}

TEST_CASE("when all are dead the failure that says most is that of the name") {
    struct Row {
        Failure first, second;
        Code most;
    };
    for (const auto& [first, second, most] :
         {Row{failure(Phase::connect, Code::connect_timeout), failure(Phase::connect, Code::connection_refused),
              Code::connection_refused},
          Row{failure(Phase::connect, Code::connection_refused), failure(Phase::tls, Code::certificate_expired),
              Code::certificate_expired},
          Row{failure(Phase::check, Code::not_serving), failure(Phase::tls, Code::not_tls), Code::not_serving}}) {
        const auto whole = verdict_of_all(list(verdict("192.0.2.1", first), verdict("192.0.2.2", second)));
        REQUIRE(whole.failure);
        CHECK(whole.failure->code == most);
        CHECK(whole.warnings.empty());
    }
}

TEST_CASE("nothing is known of the whole when one address was cut short") {
    auto cut = verdict("192.0.2.2", failure(Phase::connect, Code::interrupted));
    const auto whole = verdict_of_all(list(verdict("192.0.2.1"), std::move(cut)));
    REQUIRE(whole.failure);
    CHECK(was_cut(*whole.failure));
}

TEST_CASE("a warning about another address than the one shown says which") {
    auto slow = verdict("192.0.2.2");
    slow.warnings.push_back({WarningCode::slow, "2 s, slower than 1 s (max_latency)"});
    const auto whole = verdict_of_all(list(verdict("192.0.2.1"), std::move(slow)));
    REQUIRE(whole.warnings.size() == 1);
    CHECK(whole.warnings.front().message == "192.0.2.2: 2 s, slower than 1 s (max_latency)");
}

TEST_CASE("addresses that are not known are a reason to doubt a name that is up, and no other") {
    const auto silence = failure(Phase::resolve, Code::dns_timeout);
    auto up = verdict("192.0.2.1");
    warn_of_unknown(up, AddressFamily::ipv6, silence);
    REQUIRE(up.warnings.size() == 1);
    CHECK(up.warnings.front().message ==
          "not every address was judged: those of IPv6 are not known (dns_timeout); -4 leaves them out");
    auto down = verdict("192.0.2.1", failure(Phase::connect, Code::connection_refused));
    warn_of_unknown(down, AddressFamily::ipv6, silence);
    CHECK(down.warnings.empty());
}
