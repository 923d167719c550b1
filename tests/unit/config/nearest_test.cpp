#include "config/nearest.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

using connprobe::config::edit_distance;
using connprobe::config::nearest;

TEST_CASE("swapped neighbours count as one edit, case counts as none") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("port", "port") == 0);
    CHECK(edit_distance("port", "PORT") == 0);
    CHECK(edit_distance("prot", "port") == 1);
    CHECK(edit_distance("pot", "port") == 1);
    CHECK(edit_distance("portt", "port") == 1);
    CHECK(edit_distance("pfrt", "port") == 1);
    CHECK(edit_distance("", "port") == 4);
    CHECK(edit_distance("abcdef", "fedcba") == 5);
}

TEST_CASE("the nearest word is offered only if it can have been meant") {
    constexpr std::array<std::string_view, 4> words{"host", "port", "timeout", "retry"};
    CHECK(nearest("prot", words) == "port");
    CHECK(nearest("time_out", words) == "timeout");
    CHECK(nearest("retries", words) == "");
    CHECK(nearest("retrys", words) == "retry");
    CHECK(nearest("colour", words) == "");
    CHECK(nearest(std::string(100'000, 'x'), words) == "");
}
