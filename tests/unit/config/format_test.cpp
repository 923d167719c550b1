#include "config/format.hpp"

#include <doctest/doctest.h>

using namespace connprobe::config;

TEST_CASE("a list's format is said, or told by the file's ending, or by its content") {
    struct Row {
        const char* file;
        const char* text;
        Format format;
    };
    for (const auto& [file, text, format] : {
             Row{"x.json", "a:1", Format::json},
             Row{"x.YML", "[]", Format::yaml},
             Row{"x.yaml", "[]", Format::yaml},
             Row{"x.jsonl", "a:1", Format::ndjson},
             Row{"x.txt", "[]", Format::lines},
             Row{"json", "a:1", Format::lines},
             Row{"-", "", Format::lines},
             Row{"-", "# servers\n\na:1\n", Format::lines},
             Row{"-", " \n [\"a:1\"]", Format::json},
             Row{"-", "{\"servers\": []}\n", Format::json},
             Row{"-", "{\"host\": \"}\"}\n{\"host\": 1}\n", Format::ndjson},
             Row{"-", "[1\n", Format::json},
             Row{"-", "{} garbage", Format::json},
             Row{"-", "[::1]:443\n", Format::lines},
             Row{"-", "[2001:db8::/120]:22\n", Format::lines},
             Row{"-", "---\n- a:1", Format::yaml},
             Row{"-", "- a:1", Format::yaml},
             Row{"-", "# x\nversion: 1\n", Format::yaml},
             Row{"-", "servers:\n- a:1", Format::yaml},
             Row{"-", "a:1\nb:2", Format::lines},
             Row{"-", "tls://a:1\n", Format::lines},
         }) {
        CAPTURE(file);
        CAPTURE(text);
        CHECK(to_string(detect_format({file}, text).format) == to_string(format));
    }
    CHECK(detect_format({"x.json", Format::lines}, "[]").format == Format::lines);
}
