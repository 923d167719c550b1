#include <doctest/doctest.h>

#include <clocale>
#include <cwchar>

#include "terminal/text_width.hpp"

using namespace connprobe::terminal;

TEST_CASE("a text is as wide as a terminal shows it") {
    CHECK(text_width("") == 0);
    CHECK(text_width("plain") == 5);
    CHECK(text_width("café") == 4);
    CHECK(text_width("cafe\u0301") == 4);
    CHECK(text_width("数据库-1") == 8);
    CHECK(text_width("ｆｕｌｌ") == 8);
    CHECK(text_width("한국") == 4);
    CHECK(text_width("🙂") == 2);
    CHECK(text_width("✓ ✗ … ░▒▓█") == 10);
    CHECK(text_width("\xFF") == 1);
}

TEST_CASE("the widths are those of wcwidth") {
    const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 == nullptr) return;
    const locale_t before = ::uselocale(utf8);
    std::size_t different = 0;
    for (char32_t c = 0x20; c < 0x110000; ++c) {
        const int width = ::wcwidth(static_cast<wchar_t>(c));
        // A newer C library knows more characters, and -1 is for what has no width at all.
        if (width >= 0 && static_cast<std::size_t>(width) != character_width(c)) ++different;
    }
    ::uselocale(before);
    ::freelocale(utf8);
    CHECK(different < 200);
}

TEST_CASE("a text that is too wide ends in an ellipsis") {
    CHECK(elide("payments", 8, "…") == "payments");
    CHECK(elide("payments", 7, "…") == "paymen…");
    CHECK(elide("payments", 1, "…") == "…");
    CHECK(elide("payments", 0, "…").empty());
    CHECK(elide("payments", 2, "...") == "pa");
    CHECK(elide("数据库", 5, "…") == "数据…");
    CHECK(elide("数据库", 4, "…") == "数…");
    CHECK(elide("cafe\u0301s", 4, "…") == "caf…");
    CHECK(elide("cafe\u0301ss", 5, "…") == "cafe\u0301…");
}

TEST_CASE("a name that is too wide keeps its beginning and its end") {
    CHECK(elide_middle("payments-primary-1", 18, "…") == "payments-primary-1");
    CHECK(elide_middle("payments-primary-1", 11, "…") == "payme…ary-1");
    CHECK(elide_middle("payments-primary-1", 12, "...") == "payme...ry-1");
    CHECK(elide_middle("payments-primary-1", 2, "…") == "p…");
    CHECK(elide_middle("数据库数据库", 7, "…") == "数…库");
    for (std::size_t columns = 0; columns < 20; ++columns) {
        CHECK(text_width(elide_middle("数a据库-数据e\u0301库-1", columns, "…")) <= columns);
    }
}

TEST_CASE("a letter keeps its combining marks, and a mark never stands alone after an ellipsis") {
    CHECK(elide_middle("abcde\u0301fgh", 7, "…") == "abc…fgh");
    CHECK(elide_middle("aaaae\u0301\u0301bb", 6, "…") == "aaa…bb");
}
