#include "engine/schedule.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>

using namespace std::chrono_literals;
using connprobe::engine::Schedule;
using connprobe::net::TimePoint;

namespace {

const TimePoint zero = TimePoint{} + 1h;

}  // namespace

TEST_CASE("nobody is due before their time, and the longest due comes first") {
    Schedule<int> schedule;
    schedule.add(zero + 300ms, 3);
    schedule.add(zero + 100ms, 1);
    schedule.add(zero + 200ms, 2);
    CHECK(schedule.next_due() == zero + 100ms);
    CHECK(schedule.take_due(zero) == std::nullopt);
    CHECK(schedule.take_due(zero + 250ms) == 1);
    CHECK(schedule.take_due(zero + 250ms) == 2);
    CHECK(schedule.take_due(zero + 250ms) == std::nullopt);
    CHECK(schedule.next_due() == zero + 300ms);
}

TEST_CASE("of those due at the same time, who came first goes first") {
    Schedule<int> schedule;
    for (int i = 0; i < 20; ++i) schedule.add(zero, i);
    for (int i = 0; i < 20; ++i) CHECK(schedule.take_due(zero) == i);
}

TEST_CASE("at the end of a run everyone is taken, due or not") {
    Schedule<std::unique_ptr<int>> schedule;
    schedule.add(zero + 1h, std::make_unique<int>(7));
    const auto taken = schedule.take_any();
    REQUIRE(taken);
    CHECK(**taken == 7);
    CHECK_FALSE(schedule.take_any());
    CHECK(schedule.next_due() == TimePoint::max());
}
