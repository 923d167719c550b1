#include "model/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace connprobe;
using namespace std::string_view_literals;

namespace {

struct Case {
    std::string_view text, expected;
};

void check(std::initializer_list<Case> cases) {
    for (const Case& c : cases) {
        CAPTURE(c.expected);
        CHECK(printable(c.text) == c.expected);
    }
}

}  // namespace

TEST_CASE("harmless text stays as it is") {
    check({{"", ""},
           {"auth-service:8080 \\ ~", "auth-service:8080 \\ ~"},
           {"Größe naïve", "Größe naïve"},
           {"数据库 🚀 é", "数据库 🚀 é"},
           {"👨‍👩‍👧 می‌خواهم", "👨‍👩‍👧 می‌خواهم"},
           {"\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"}});
}

TEST_CASE("what steers a terminal is spelt out") {
    check({{"a\x1b[31mred", R"(a\x1b[31mred)"},
           {"one\ntwo\r\n\tthree", R"(one\ntwo\r\n\tthree)"},
           {"nul\0bell\a del\x7f"sv, R"(nul\x00bell\x07 del\x7f)"},
           {"c1 \xC2\x9B", R"(c1 \u009b)"},
           {"\xC2\x80\xC2\x9F", R"(\u0080\u009f)"},
           {"\xC2\xA0", "\xC2\xA0"}});
}

TEST_CASE("what reorders or hides text is spelt out") {
    check({{"\u202Eexe.cod\u202C", R"(\u202eexe.cod\u202c)"},
           {"\u200Ba\u200E\u200F", R"(\u200ba\u200e\u200f)"},
           {"\u2066\u2067\u2068\u2069", R"(\u2066\u2067\u2068\u2069)"},
           {"\u061C\uFEFF", R"(\u061c\ufeff)"},
           {"\u2028\u2029", R"(\u2028\u2029)"},
           {"\u2060\u206F\uFFF9", R"(\u2060\u206f\ufff9)"},
           {"\U000E0041", R"(\U000e0041)"},
           {"\u200C\u200D\u2027\u202F\u2070", "\u200C\u200D\u2027\u202F\u2070"}});
}

// The examples of Unicode 15 §3.9, tables 3-8 to 3-11, and a few beside them.
TEST_CASE("each maximal subpart of what is not UTF-8 becomes one replacement character") {
    check({{"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA"},
           {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA"},
           {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA\uFFFD\uFFFDB"},
           {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "\uFFFD\uFFFD\uFFFD\uFFFDA"},
           {"caf\xE9", "caf\uFFFD"},
           {"\xF0\x9F\x9A", "\uFFFD"},
           {"\xE2\x82\x1b", R"(�\x1b)"},
           {"\x9b\x1b", R"(�\x1b)"}});
}

TEST_CASE("the decoder tells value, length and validity") {
    struct Decoded {
        std::string_view text;
        char32_t value;
        std::size_t bytes;
        bool valid;
    };
    for (const Decoded& c : std::to_array<Decoded>({{"a", U'a', 1, true},
                                                    {"\0b"sv, 0, 1, true},
                                                    {"\u00E9x", 0xE9, 2, true},
                                                    {"\uFFFDx", 0xFFFD, 3, true},
                                                    {"\U0001F680x", 0x1F680, 4, true},
                                                    {"\xE2\x82", 0xFFFD, 2, false},
                                                    {"\x80", 0xFFFD, 1, false},
                                                    {"\xFF", 0xFFFD, 1, false}})) {
        const DecodedCharacter decoded = decode_utf8(c.text);
        CHECK(decoded.value == c.value);
        CHECK(decoded.bytes == c.bytes);
        CHECK(decoded.valid == c.valid);
    }
}

TEST_CASE("every code point survives, and is valid unless it is a surrogate") {
    for (char32_t c = 0x80; c <= 0x10FFFF; ++c) {
        std::string text;
        if (c >= 0x10000) {
            text = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
                    static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
        } else if (c >= 0x800) {
            text = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
                    static_cast<char>(0x80 | (c & 0x3F))};
        } else {
            text = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
        }
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        const DecodedCharacter decoded = decode_utf8(text);
        if (decoded.valid == surrogate || is_valid_utf8(text) == surrogate || (!surrogate && decoded.value != c)) {
            FAIL_CHECK("U+" << static_cast<unsigned>(c));
        }
    }
}

TEST_CASE("bytes that are no UTF-8 can stay known") {
    CHECK(printable_bytes("caf\xe9 \x1b gr\xc3\xbc") == "caf\\xe9 \\x1b gr\xc3\xbc");
    CHECK(printable_bytes("").empty());
}
