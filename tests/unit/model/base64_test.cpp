#include "model/base64.hpp"

#include <doctest/doctest.h>

using namespace connprobe;
using namespace std::string_view_literals;

TEST_CASE("bytes are encoded and decoded as in RFC 4648, section 10") {
    struct Row {
        std::string_view bytes, text;
    };
    const Row rows[] = {{""sv, ""},
                        {"f"sv, "Zg=="},
                        {"fo"sv, "Zm8="},
                        {"foo"sv, "Zm9v"},
                        {"foob"sv, "Zm9vYg=="},
                        {"fooba"sv, "Zm9vYmE="},
                        {"foobar"sv, "Zm9vYmFy"},
                        {"\0\xff\n"sv, "AP8K"}};
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(base64(row.bytes) == row.text);
        CHECK(decode_base64(row.text) == row.bytes);
    }
}

TEST_CASE("what is no encoding decodes to nothing") {
    for (const auto* text : {"Zg", "Zg=", "====", "Z===", "Zm9v!", "Zm9!", "\x80\x81\x82\x83"}) {
        CAPTURE(text);
        CHECK(decode_base64(text).empty());
    }
}
