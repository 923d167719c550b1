#include "net/race.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

using namespace std::chrono_literals;
using connprobe::net::Race;
using connprobe::net::TimePoint;

namespace {

const TimePoint zero = TimePoint{} + 1h;

}  // namespace

TEST_CASE("the first address starts at once, the next 250 ms later") {
    Race race{2, 250ms};
    CHECK(race.start(zero) == 0);
    CHECK(race.start(zero) == std::nullopt);
    CHECK(race.next_start() == zero + 250ms);
    CHECK(race.start(zero + 249ms) == std::nullopt);
    CHECK(race.start(zero + 250ms) == 1);
    CHECK(race.next_start() == TimePoint::max());
}

TEST_CASE("a failure starts the next address at once") {
    Race race{3, 250ms};
    CHECK(race.start(zero) == 0);
    race.failed(zero + 10ms);
    CHECK(race.next_start() == zero + 10ms);
    CHECK(race.start(zero + 10ms) == 1);
    CHECK(race.start(zero + 10ms) == std::nullopt);
    CHECK(race.start(zero + 260ms) == 2);
}

TEST_CASE("a race is lost when every address has failed, and only then") {
    Race race{2, 250ms};
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

TEST_CASE("addresses that join a race start when another one would have been due") {
    Race race{1, 250ms};
    CHECK(race.start(zero) == 0);
    CHECK(race.next_start() == TimePoint::max());
    CHECK(race.next_due() == zero + 250ms);
    race.join(2);
    CHECK(race.next_start() == zero + 250ms);
    CHECK(race.start(zero + 249ms) == std::nullopt);
    CHECK(race.start(zero + 250ms) == 1);
    race.failed(zero + 300ms);
    CHECK(race.start(zero + 300ms) == 2);
    race.failed(zero + 301ms);
    race.failed(zero + 302ms);
    CHECK(race.lost());
    race.join(1);
    CHECK_FALSE(race.lost());
    CHECK(race.start(zero + 400ms) == 3);
}

TEST_CASE("the schedule of a race is a table of starts, failures and the delay between") {
    struct Row {
        std::chrono::milliseconds delay;
        std::vector<std::chrono::milliseconds> failures;  // the first addresses fail then
        std::vector<std::chrono::milliseconds> starts;
    };
    for (const auto& [delay, failures, starts] : {
             Row{250ms, {}, {0ms, 250ms, 500ms}},
             Row{100ms, {}, {0ms, 100ms, 200ms}},
             Row{0ms, {}, {0ms, 0ms, 0ms}},
             Row{250ms, {30ms}, {0ms, 30ms, 280ms}},
             Row{250ms, {30ms, 40ms}, {0ms, 30ms, 40ms}},
             Row{250ms, {260ms}, {0ms, 250ms, 260ms}},
             Row{250ms, {0ms, 0ms}, {0ms, 0ms, 0ms}},
         }) {
        Race race{3, delay};
        std::vector<std::chrono::milliseconds> begun;
        auto failing = failures.begin();
        for (auto now = 0ms; now <= 1s; ++now) {
            for (bool moved = true; moved;) {
                moved = false;
                while (race.start(zero + now)) moved = (begun.push_back(now), true);
                if (failing != failures.end() && *failing == now) moved = (race.failed(zero + now), ++failing, true);
            }
        }
        CHECK(begun == starts);
    }
}
