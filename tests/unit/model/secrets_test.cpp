#include "model/secrets.hpp"

#include <doctest/doctest.h>

using namespace connprobe;

TEST_CASE("a secret is hidden wherever it stands") {
    CHECK(hide("x secret secret", {"secret"}) == "x *** ***");
    CHECK(hide("a longer one", longest_first({"long", "", "longer"})) == "a *** one");
    CHECK(hide("****", {"*"}) == "************");
}

TEST_CASE("a text may end within a secret") {
    CHECK(begun_secret("PASS hun", {"hunter2"}) == 3);
    CHECK(begun_secret("hun", {"hunter2", "unused"}) == 3);
    CHECK(begun_secret("PASS hunter2", {"hunter2"}) == 0);
    CHECK(begun_secret("", {"hunter2", ""}) == 0);
    CHECK(begun_secret("abab", {"ababc", "babx"}) == 4);
    CHECK(hide_also_begun("hunter2 hunte", {"hunter2"}) == "*** ***");
    CHECK(hide_also_begun("such", {"hunter2"}) == "such");
}
