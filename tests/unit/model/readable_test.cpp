#include "model/readable.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using connprobe::readable;

TEST_CASE("times are said in milliseconds below a second, else in seconds") {
    CHECK(readable(0us) == "0 ms");
    CHECK(readable(250us) == "0.25 ms");
    CHECK(readable(1500us) == "1.5 ms");
    CHECK(readable(300ms) == "300 ms");
    CHECK(readable(1s) == "1 s");
    CHECK(readable(1500ms) == "1.5 s");
    CHECK(readable(90s) == "90 s");
    CHECK(readable(119'999'999us) == "119.999 s");
    CHECK(readable(1'234'567us) == "1.234 s");
}

TEST_CASE("from two minutes on they are said in the two largest units") {
    CHECK(readable(2min) == "2 min");
    CHECK(readable(150s) == "2 min 30 s");
    CHECK(readable(1h) == "1 h");
    CHECK(readable(1h + 59s) == "1 h");
    CHECK(readable(90min) == "1 h 30 min");
    CHECK(readable(24h * 14) == "14 d");
    CHECK(readable(24h * 2 + 3h + 59min) == "2 d 3 h");
}
