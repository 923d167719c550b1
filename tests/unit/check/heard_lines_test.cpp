#include "check/heard_lines.hpp"

#include <doctest/doctest.h>

#include <string>

#include "check/conversation.hpp"

using namespace connprobe::check;

TEST_CASE("an expression matches within lines, whatever ends them") {
    CHECK(LineRegex{"^b$"}.match("a\nb\nc", 0) == 3U);
    CHECK(LineRegex{"^b$"}.match("a\r\nb\r\nc", 0) == 4U);
    CHECK(LineRegex{"b\r\n"}.match("a\r\nb\r\nc", 0) == 6U);
    CHECK_FALSE(LineRegex{"a.b"}.match("a\nb", 0));
    CHECK(LineRegex{"(?s)a.b"}.match("a\nb", 0) == 3U);
}

TEST_CASE("a match begins no earlier than the one before ended, and ^ still knows where lines begin") {
    CHECK_FALSE(LineRegex{"a"}.match("ab", 1));
    CHECK_FALSE(LineRegex{"^b"}.match("ab\n", 1));
    CHECK(LineRegex{"^b"}.match("ab\r\nb", 1) == 5U);
}

TEST_CASE("a match that looks at what follows is not sure where nothing follows yet") {
    CHECK(LineRegex{"^220 ok$"}.may_be_undone("220 ok", 6));
    CHECK(LineRegex{"ready\\b"}.may_be_undone("ready", 5));
    CHECK_FALSE(LineRegex{"^220 ok$"}.may_be_undone("220 ok\r\n", 6));
    CHECK_FALSE(LineRegex{"^220 ok"}.may_be_undone("220 ok", 6));
}

TEST_CASE("the beginning of what is expected is not something else") {
    const LineRegex greeting{"^220 "};
    CHECK(greeting.may_begin(""));
    CHECK(greeting.may_begin("22"));
    CHECK_FALSE(greeting.may_begin("55"));
    CHECK_FALSE(LineRegex{"READY"}.may_begin("no"));
}

TEST_CASE("what was heard is known by line, and no more is held than fits") {
    HeardLines heard;
    heard.add("220 a");
    CHECK(heard.partial() == "220 a");
    heard.add(" b\r\n25");
    CHECK(heard.first_line() == "220 a b");
    heard.take(3);
    CHECK(heard.news() == "25");
    CHECK(heard.partial() == "25");
    while (!heard.full()) heard.add(std::string(heard.room(), 'x'));
    CHECK(heard.text().size() <= most_held);
    CHECK(heard.rest().size() + 1 == most_held);
}
