#include <doctest/doctest.h>

#include "terminal/screen.hpp"

using namespace connprobe::terminal;

TEST_CASE("a locale writes UTF-8 if its name says so") {
    for (const char* name : {"C.UTF-8", "de_DE.UTF-8", "en_US.utf8", "ca_ES.UTF-8@valencia"}) {
        CHECK_MESSAGE(is_utf8_locale(name), name);
    }
    for (const char* name : {"", "C", "POSIX", "de_DE", "de_DE.ISO-8859-15", "de_DE@euro", "zh_CN.GB18030"}) {
        CHECK_MESSAGE(!is_utf8_locale(name), name);
    }
}

TEST_CASE("COLUMNS is a whole number or nothing") {
    CHECK(columns_from("132") == 132);
    for (const char* text : {"", "0", "-5", "80x", " 80", "99999999999999999999999"}) CHECK(columns_from(text) == 0);
}
