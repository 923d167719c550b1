#include "warm/samples.hpp"

#include <doctest/doctest.h>

using namespace connprobe;
using namespace std::chrono_literals;
using warm::Samples;

namespace {

Samples rising(std::size_t count) {
    Samples samples;
    for (std::size_t i = 1; i <= count; ++i) samples.add(Duration{static_cast<Duration::rep>(i)});
    return samples;
}

}  // namespace

TEST_CASE("without values there is nothing to say") {
    CHECK_FALSE(Samples{}.summary());
    CHECK(Samples{}.curve(8).empty());
}

TEST_CASE("percentiles are by nearest rank") {
    const auto summary = rising(100).summary();
    REQUIRE(summary);
    CHECK(summary->min == 1us);
    CHECK(summary->p50 == 50us);
    CHECK(summary->p90 == 90us);
    CHECK(summary->p99 == 99us);
    CHECK(summary->max == 100us);
    CHECK(rising(1).summary()->p50 == 1us);
}

TEST_CASE("of many values the least, the greatest and the mean are exact, the rest is close") {
    const auto samples = rising(1'000'000);
    const auto summary = samples.summary();
    REQUIRE(summary);
    CHECK(samples.count() == 1'000'000);
    CHECK(summary->min == 1us);
    CHECK(summary->max == 1'000'000us);
    CHECK(summary->mean == 500'000us);
    CHECK(summary->p50.count() == doctest::Approx(500'000).epsilon(0.01));
    CHECK(summary->p99.count() == doctest::Approx(990'000).epsilon(0.01));
}

TEST_CASE("a curve is the medians of stretches of equal length") {
    CHECK(rising(6).curve(3) == std::vector<Duration>{1us, 3us, 5us});
    CHECK(rising(2).curve(8) == std::vector<Duration>{1us, 2us});
}
