#include "net/race.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using connprobe::net::Race;
using connprobe::net::TimePoint;

namespace {

const TimePoint zero = TimePoint{} + 1h;

}  // namespace

TEST_CASE("the first address starts at once, the next 250 ms later") {
    Race race{2};
    CHECK(race.start(zero) == 0);
    CHECK(race.start(zero) == std::nullopt);
    CHECK(race.next_start() == zero + 250ms);
    CHECK(race.start(zero + 249ms) == std::nullopt);
    CHECK(race.start(zero + 250ms) == 1);
    CHECK(race.next_start() == TimePoint::max());
}

TEST_CASE("a failure starts the next address at once") {
    Race race{3};
    CHECK(race.start(zero) == 0);
    race.failed(zero + 10ms);
    CHECK(race.next_start() == zero + 10ms);
    CHECK(race.start(zero + 10ms) == 1);
    CHECK(race.start(zero + 10ms) == std::nullopt);
    CHECK(race.start(zero + 260ms) == 2);
}

TEST_CASE("a race is lost when every address has failed, and only then") {
    Race race{2};
    CHECK(race.start(zero) == 0);
    race.failed(zero);
    CHECK_FALSE(race.running());
    CHECK_FALSE(race.lost());
    CHECK(race.start(zero) == 1);
    CHECK(race.running());
    race.failed(zero + 1ms);
    CHECK(race.lost());
    CHECK_FALSE(race.running());
}
