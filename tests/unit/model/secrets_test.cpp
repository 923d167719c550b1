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

TEST_CASE("a quotation may be cut within a secret") {
    CHECK(hide_also_cut("said \"PASS hunt…\", hunter2", {"hunter2"}) == "said \"PASS ***…\", ***");
    CHECK(hide_also_cut("…hunte…hu…", {"hunter2"}) == "…***…hu…");
    CHECK(hide_also_cut("\"hunte\" and \"hunt\"", {"hunter2"}) == "\"***\" and \"***\"");
    CHECK(hide_also_cut("hunt", {"hunter2"}) == "hunt");
}

TEST_CASE("a URL that stands where none belongs does not show its password") {
    CHECK(hide_userinfo("http://user:p@ss@h:1/x") == "http://***@h:1/x");
    CHECK(hide_userinfo("cannot read http://user:a b/c@h") == "cannot read http://***@h");
    CHECK(hide_userinfo("http://h/x") == "http://h/x");
    CHECK(hide_userinfo("a@b://c") == "a@b://c");
    CHECK(hide_userinfo("somebody@h") == "somebody@h");
}
