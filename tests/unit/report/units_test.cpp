#include <doctest/doctest.h>

#include "report/iso_time.hpp"
#include "report/table/units.hpp"

using namespace connprobe;
using namespace connprobe::report;
using namespace connprobe::report::table;
using namespace std::chrono_literals;

TEST_CASE("what was measured is shown with the digits that tell") {
    CHECK(measured(0us) == "0 ms");
    CHECK(measured(5us) == "0.005 ms");
    CHECK(measured(52us) == "0.05 ms");
    CHECK(measured(94us) == "0.09 ms");
    CHECK(measured(95us) == "0.1 ms");
    CHECK(measured(300us) == "0.3 ms");
    CHECK(measured(14ms) == "14.0 ms");
    CHECK(measured(999'949us) == "999.9 ms");
    CHECK(measured(999'950us) == "1.0 s");
    CHECK(measured(18'123ms) == "18.1 s");
    CHECK(measured(59'949ms) == "59.9 s");
    CHECK(measured(59'950ms) == "1m00s");
    CHECK(measured(125s) == "2m05s");
    CHECK(measured(3'599'600ms) == "1h00m");
    CHECK(measured(26h + 2min) == "26h02m");
}

TEST_CASE("a limit is shown as it may have been written") {
    CHECK(limit(150ms) == "150 ms");
    CHECK(limit(1'500ms) == "1.5 s");
    CHECK(limit(14 * 24h) == "14 d");
}

TEST_CASE("days are whole and rounded down") {
    const WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2);
    CHECK(days_between(now, now + 47h) == 1);
    CHECK(days_between(now, now) == 0);
    CHECK(days_between(now, now - 1h) == -1);
}

TEST_CASE("points in time are written in UTC as ISO 8601") {
    const WallTime time = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)) + 3h + 4min + 5s + 6'789us;
    CHECK(iso_milliseconds(time) == "2026-01-02T03:04:05.006Z");
    CHECK(iso_seconds(time) == "2026-01-02T03:04:05Z");
    CHECK(iso_seconds(WallTime(-1s)) == "1969-12-31T23:59:59Z");
    CHECK(iso_seconds(std::chrono::sys_days(std::chrono::year(2049) / 12 / 31)) == "2049-12-31T00:00:00Z");
}
