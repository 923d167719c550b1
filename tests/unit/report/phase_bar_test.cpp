#include <doctest/doctest.h>

#include "report/table/phase_bar.hpp"

using namespace connprobe;
using namespace connprobe::report;
using namespace connprobe::report::table;
using namespace std::chrono_literals;

namespace {

const Look look{Style{}};

std::string bar(const PhaseTimes& times, Duration scale, std::size_t width = 10) {
    std::string text;
    for (const Span& span : phase_bar(times, false, scale, width, look)) text += span.text;
    return text;
}

PhaseTimes times(std::optional<Duration> resolve, std::optional<Duration> connect, std::optional<Duration> tls) {
    return {resolve, connect, std::nullopt, tls, std::nullopt};
}

}  // namespace

TEST_CASE("a bar is as long as its time on the scale, each phase in its shade") {
    CHECK(bar(times(10ms, 20ms, 70ms), 100ms) == "░▒▒▓▓▓▓▓▓▓");
    CHECK(bar(times(std::nullopt, 50ms, std::nullopt), 100ms) == "▒▒▒▒▒");
    CHECK(bar(times(4ms, 20ms, std::nullopt), 100ms) == "▒▒");
    CHECK(bar({1ms, 1ms, 1ms, 1ms, 1ms}, 5ms) == "░░▒▒▚▚▓▓██");
}

TEST_CASE("a bar that is too short for a shade is a sliver, one that is too long says so") {
    CHECK(bar(times(std::nullopt, 4ms, std::nullopt), 100ms) == "▏");
    CHECK(bar(times(std::nullopt, 101ms, std::nullopt), 100ms) == "▒▒▒▒▒▒▒▒▒›");
    CHECK(bar(times(std::nullopt, Duration::max(), std::nullopt), 1us) == "▒▒▒▒▒▒▒▒▒›");
}

TEST_CASE("no time, no scale or no room make no bar") {
    CHECK(bar({}, 100ms).empty());
    CHECK(bar(times(0us, 0us, std::nullopt), 100ms).empty());
    CHECK(bar(times(1ms, 1ms, std::nullopt), 0ms).empty());
    CHECK(bar(times(1ms, 1ms, std::nullopt), 1ms, 0).empty());
}

TEST_CASE("the phase that failed is red") {
    const Cell cell = phase_bar(times(10ms, 20ms, 70ms), true, 100ms, 10, look);
    REQUIRE(cell.size() == 3);
    CHECK(cell[1].ink == Ink::connect);
    CHECK(cell[2].ink == Ink::bad);
}
