#include <doctest/doctest.h>

#include <thread>

#include "dns_server.hpp"
#include "run.hpp"

using namespace connprobe;
using namespace connprobe::tests;

namespace {

DnsFate at(const std::string& address) {
    DnsFate fate;
    fate.addresses = {address};
    return fate;
}

ProberOptions asking(const DnsServer& server) {
    ProberOptions options;
    options.resolver = server.resolver();
    return options;
}

}  // namespace

TEST_CASE("a name is asked for, connected to, and its time is the phase resolve") {
    Listener listener;
    listener.listen();
    DnsServer server{{{"db.example A", at("127.0.0.1")}, {"db.example AAAA", {}}}};
    const auto heard = run({target_at("db.example.", listener.port())}, asking(server));
    CHECK(heard.run.resolver == "dns");
    const auto& result = heard.results.front();
    CHECK(result.status == Status::up);
    CHECK(result.address == "127.0.0.1");
    REQUIRE(result.latency().resolve);
    CHECK(result.latency().resolve->count() > 0);
}

TEST_CASE("every retry asks again, so that a name that appears late is found") {
    Listener listener;
    listener.listen();
    DnsServer server;
    Settings settings;
    settings.retry = {Strategy::fixed, 0, {}, {}};
    settings.retry.backoff.delay = Duration{1000};
    const auto heard =
        run({target_at("late.example.", listener.port(), settings)}, asking(server), [&](const Event& event) {
            if (std::holds_alternative<AttemptFailed>(event)) server.set("late.example", at("127.0.0.1"));
        });
    const auto& result = heard.results.front();
    CHECK(result.status == Status::up);
    REQUIRE(result.history.size() >= 2);
    REQUIRE(result.history.front().error);
    CHECK(result.history.front().error->code == Code::host_not_found);
}

TEST_CASE("servers of one name ask once, whatever thread they are on") {
    Listener listener;
    listener.listen();
    DnsServer server{{{"db.example A", at("127.0.0.1")}, {"db.example AAAA", {}}}};
    std::vector<Target> targets;
    for (int i = 0; i < 200; ++i) {
        targets.push_back(target_at("db.example.", listener.port()));
        targets.back().name += '-' + std::to_string(i);
    }
    auto options = asking(server);
    options.threads = 4;
    CHECK(run(targets, options).outcome.summary.up == 200);
    CHECK(server.questions("db.example A") == 1);
    CHECK(server.questions("db.example AAAA") == 1);
}

TEST_CASE("the family that was not answered in time is asked for again when the other one's addresses fail") {
    Listener listener;
    listener.listen();
    auto held = at("127.0.0.1");
    held.held = true;
    DnsServer server{{{"db.example AAAA", at("::1")}, {"db.example A", held}}};  // nothing listens on [::1]
    std::jthread releasing{[&] {
        while (server.questions("db.example A") < 2) std::this_thread::yield();
        server.release();
    }};
    const auto heard = run({target_at("db.example.", listener.port())}, asking(server));
    const auto& result = heard.results.front();
    CHECK(result.status == Status::up);
    CHECK(result.address == "127.0.0.1");
    REQUIRE(result.addresses.size() == 2);
    CHECK(result.addresses[0].address == "::1");
    CHECK(result.addresses[0].error);
    CHECK_FALSE(result.addresses[1].error);
}
