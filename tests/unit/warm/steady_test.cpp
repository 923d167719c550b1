#include "warm/steady.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <functional>

using namespace connprobe;
using namespace std::chrono_literals;
using warm::Steadiness;
using warm::SteadyRule;

namespace {

/// Feeds requests 1, 2, … until there is a verdict.
Steadiness fed(const SteadyRule& rule, const std::function<Duration(int)>& latency) {
    Steadiness steadiness{rule};
    for (int request = 1; !steadiness.verdict(); ++request) steadiness.add(latency(request));
    return steadiness;
}

}  // namespace

TEST_CASE("a server that is steady from the first request is so after four windows") {
    const auto steady = fed({}, [](int) { return 5ms; });
    CHECK(steady.verdict() == true);
    CHECK(steady.requests() == 80);
    CHECK(steady.latency() == 5ms);
}

TEST_CASE("a server whose first hundred requests fall from 100 ms to 2 has settled between request 100 and 200") {
    SUBCASE("evenly") {
        const auto steady = fed({}, [](int request) -> Duration {
            return request >= 100 ? Duration{2ms} : Duration{100ms} - (request - 1) * Duration{990us};
        });
        CHECK(steady.verdict() == true);
        CHECK(steady.requests() > 100);
        CHECK(steady.requests() <= 200);
        CHECK(steady.latency() == 2ms);
    }
    SUBCASE("by the same share each time") {
        const auto steady = fed({}, [](int request) -> Duration {
            return Duration{std::lround(std::max(2000.0, 100'000 * std::pow(0.9613, request - 1.0)))};
        });
        CHECK(steady.verdict() == true);
        CHECK(steady.requests() > 100);
        CHECK(steady.requests() <= 200);
        CHECK(steady.latency() == 2ms);
    }
}

TEST_CASE("a server that never settles is said not to have when its requests are used up") {
    const auto restless = fed({.most = 300}, [](int request) -> Duration { return request / 20 % 2 == 0 ? 2ms : 3ms; });
    CHECK(restless.verdict() == false);
    CHECK(restless.requests() == 300);
}

TEST_CASE("single slow requests do not keep a server from being steady") {
    CHECK(fed({}, [](int request) -> Duration { return request % 10 == 0 ? 80ms : 2ms; }).requests() == 80);
}

TEST_CASE("a change of less than a tenth of a millisecond is none") {
    CHECK(fed({}, [](int request) -> Duration { return request / 20 % 2 == 0 ? 50us : 90us; }).requests() == 80);
    CHECK(fed({.least = 0us}, [](int request) -> Duration { return request / 20 % 2 == 0 ? 50us : 90us; }).verdict() ==
          false);
}

TEST_CASE("requests that fail keep a server from settling, unless it had settled before") {
    warm::Steadiness steady{{.window = 1, .windows = 1, .failures = 2}};
    steady.add(2ms);
    steady.fail();
    CHECK_FALSE(steady.verdict());
    steady.fail();
    CHECK(steady.verdict() == false);
    auto settled = fed({.window = 1, .windows = 1}, [](int) { return 2ms; });
    settled.fail();
    CHECK(settled.verdict() == true);
}

TEST_CASE("windows alike are counted anew after one that differs") {
    const auto steady = fed({.window = 1, .windows = 2}, [](int request) -> Duration {
        constexpr std::array latencies{10ms, 10ms, 20ms, 20ms, 20ms};
        return latencies.at(static_cast<std::size_t>(request - 1));
    });
    CHECK(steady.requests() == 5);
}

TEST_CASE("a change of exactly the share is one") {
    const auto latency = [](int request) -> Duration { return request == 1 ? 10ms : 11ms; };
    CHECK(fed({.window = 1, .within = 0.1, .windows = 1}, latency).requests() == 3);
    CHECK(fed({.window = 1, .within = 0.11, .windows = 1}, latency).requests() == 2);
}
