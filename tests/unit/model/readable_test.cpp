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
    CHECK(readable(1'234'567us) == "1.234 s");
}
