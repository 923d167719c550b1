#include "model/shell.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

using namespace connprobe;
using namespace std::string_literals;
using Lines = std::vector<std::string>;

namespace {

/// What a shell makes of a word.
std::string heard_by_a_shell(const std::string& word) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> shell{::popen(("printf '<%s>' " + word).c_str(), "r"),
                                                                ::pclose};
    std::string heard;
    for (int c = std::fgetc(shell.get()); c != EOF; c = std::fgetc(shell.get())) heard += static_cast<char>(c);
    return heard;
}

}  // namespace

TEST_CASE("a word for a shell is quoted only if it must be") {
    CHECK(shell_word("api.example.com:443") == "api.example.com:443");
    CHECK(shell_word("/run/app.sock") == "/run/app.sock");
    CHECK(shell_word("fe80::1%eth0") == "fe80::1%eth0");
    CHECK(shell_word("[::1]:443") == "'[::1]:443'");
    CHECK(shell_word("it's") == "'it'\\''s'");
    CHECK(shell_word("bücher.example") == "'bücher.example'");
}

TEST_CASE("whatever is in a word, a shell takes it for one word and runs nothing") {
    for (const auto& text :
         {"a b"s,  "$(id)"s, "`id`"s, "a;id"s, "a|id"s,  "a&id"s, "a>b"s, "a'b"s,   "'"s,   "''$(id)''"s,
          "a\"b"s, "a\\b"s,  "*"s,    "?"s,    "~root"s, "#a"s,   "!x"s,  "{a,b}"s, "a\\"s, "$HOME"s}) {
        CAPTURE(text);
        CHECK(heard_by_a_shell(shell_word(text)) == '<' + text + '>');
    }
}

TEST_CASE("what has no business in a command is no word of one") {
    for (const auto& text : {""s, "-oProxyCommand=id"s, "a\nid"s, "a\rb"s, "\x1b[2J"s, "a\tb"s, "\u202egpj.exe"s,
                             "a\xff"s, std::string(301, 'a'), "a\0b"s}) {
        CAPTURE(text);
        CHECK(shell_word(text).empty());
    }
}

TEST_CASE("a long command is broken between its words, not within quotes") {
    CHECK(shell_lines("dig example.com", 80) == Lines{"dig example.com"});
    CHECK(shell_lines("aa bb cc", 7) == Lines{"aa bb \\", "cc"});
    CHECK(shell_lines("aa bb cc", 8) == Lines{"aa bb cc"});
    CHECK(shell_lines("aa 'b b' cc", 6) == Lines{"aa \\", "'b b' \\", "cc"});
    CHECK(shell_lines("aa [b b] cc", 6) == Lines{"aa \\", "[b b] \\", "cc"});
    CHECK(shell_lines("aa 'b'\\''b b' cc", 6) == Lines{"aa \\", "'b'\\''b b' \\", "cc"});
    CHECK(shell_lines("aa ''\\''' bb cc", 6) == Lines{"aa \\", "''\\''' \\", "bb cc"});
    CHECK(shell_lines("aa bb\\", 4) == Lines{"aa \\", "bb\\"});
    CHECK(shell_lines("much-too-long x", 5) == Lines{"much-too-long \\", "x"});
    CHECK(shell_lines("aa bb", std::string::npos) == Lines{"aa bb"});
}
