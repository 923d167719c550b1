#include "pool/places.hpp"

#include <doctest/doctest.h>

#include <string>

using connprobe::pool::Places;

TEST_CASE("there are as many places as allowed, and without a limit always one more") {
    Places two{2};
    CHECK(two.take());
    CHECK(two.take());
    CHECK_FALSE(two.take());
    two.give_back();
    CHECK(two.take());
    Places any{0};
    for (int i = 0; i < 100; ++i) CHECK(any.take());
}

TEST_CASE("a place that comes free is told to the first in line, and passed on when they do not want it") {
    Places one{1};
    std::string told;
    CHECK(one.take());
    for (const char* name : {"a", "b", "c"}) one.line_up([&told, name] { told += name; });
    one.pass_on();
    CHECK(told.empty());
    one.give_back();
    CHECK(told == "a");
    one.pass_on();
    CHECK(told == "ab");
    CHECK(one.take());
    one.pass_on();
    CHECK(told == "ab");
}
