#include "net/resolve_name.hpp"

#include <doctest/doctest.h>

using namespace connprobe;
using namespace connprobe::net;

TEST_CASE("what can be a name is let through") {
    const std::string label(63, 'a');
    const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
    REQUIRE(longest.size() == 253);
    for (const std::string& name : {std::string{"db"}, std::string{"db.example"}, std::string{"DB-1.example."},
                                    std::string{"_gateway"}, std::string{"my_db"}, std::string{"xn--bcher-kva.example"},
                                    std::string{"3com.example"}, std::string{"1.2.3.example"}, std::string{"0x"},
                                    std::string{"1.2.3.4.in-addr.arpa"}, label, longest, longest + '.'}) {
        CAPTURE(name);
        CHECK_FALSE(reject_name(name));
    }
}

TEST_CASE("what can be no name is told so at once") {
    struct Row {
        std::string name;
        const char* message;
        const char* hint;
    };
    const Row rows[] = {
        {"", "the name is empty", "write a host name or an address"},
        {".", "the name \"\" has an empty label: nothing before, after or between dots",
         "correct the name: was a variable left empty?"},
        {".example", "the name \".example\" has an empty label: nothing before, after or between dots",
         "correct the name: was a variable left empty?"},
        {"a..b", "the name \"a..b\" has an empty label: nothing before, after or between dots",
         "correct the name: was a variable left empty?"},
        {"a..", "the name \"a.\" has an empty label: nothing before, after or between dots",
         "correct the name: was a variable left empty?"},
        {std::string(64, 'a'),
         "the label \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" has 64 characters, more than "
         "the 63 that a label may have",
         "correct the name"},
        {std::string(254, 'a'), "the name has 254 characters, more than the 253 that a name may have",
         "correct the name"},
        {"a b", "the name \"a b\" holds a space at character 2",
         "a host name holds letters, digits, hyphens, underscores and dots"},
        {"a/b", "the name \"a/b\" holds a \"/\" at character 2",
         "a host name holds letters, digits, hyphens, underscores and dots"},
        {"a\x1b[m", "the name \"a\x1b[m\" holds a \"\x1b\" at character 2",
         "a host name holds letters, digits, hyphens, underscores and dots"},
        {"bücher.example", "the name \"bücher.example\" holds characters that are not ASCII, the first at 2",
         "write its ASCII form (xn--…), as `idn2 NAME` prints it"},
        {"127.1", "\"127.1\" is not a name, but an unusual way to write an address", "write 127.0.0.1"},
        {"0x7f.1", "\"0x7f.1\" is not a name, but an unusual way to write an address", "write 127.0.0.1"},
        {"2130706433", "\"2130706433\" is not a name, but an unusual way to write an address", "write 127.0.0.1"},
        {"010.0.0.1", "\"010.0.0.1\" is not a name, but an unusual way to write an address", "write 8.0.0.1"},
        {"256.1.1.1", "\"256.1.1.1\" is neither a name nor an IPv4 address",
         "an IPv4 address has four numbers from 0 to 255"},
        {"1.2.3.4.5", "\"1.2.3.4.5\" is neither a name nor an IPv4 address",
         "an IPv4 address has four numbers from 0 to 255"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto failure = reject_name(row.name);
        REQUIRE(failure);
        CHECK(failure->phase == Phase::resolve);
        CHECK(failure->code == Code::bad_name);
        CHECK(failure->message == row.message);
        CHECK(failure->hint == row.hint);
    }
}

TEST_CASE("a NUL is not the end of a name") {
    const auto failure = reject_name(std::string_view{"db\0.example", 11});
    REQUIRE(failure);
    CHECK(failure->message == std::string_view{"the name \"db\0.example\" holds a \"\0\" at character 3", 49});
}

TEST_CASE("localhost and all below it is loopback") {
    for (const auto* name : {"localhost", "LocalHost", "localhost.", "db.localhost", "a.b.localhost."})
        CHECK(is_localhost(name));
    for (const auto* name : {"localhost.example", "mylocalhost", "local", "localhost.."})
        CHECK_FALSE(is_localhost(name));
}

TEST_CASE("the search list is walked as resolv.conf(5) has it") {
    const std::vector<std::string> search{"a.example", "b.example."};
    using Names = std::vector<std::string>;
    CHECK(search_candidates("db", search, 1) == Names{"db.a.example", "db.b.example", "db"});
    CHECK(search_candidates("db.x", search, 1) == Names{"db.x", "db.x.a.example", "db.x.b.example"});
    CHECK(search_candidates("db.x", search, 2) == Names{"db.x.a.example", "db.x.b.example", "db.x"});
    CHECK(search_candidates("db.x.", search, 5) == Names{"db.x"});
    CHECK(search_candidates("db", {}, 1) == Names{"db"});
    CHECK(search_candidates("db", {".", ""}, 1) == Names{"db"});
    CHECK(search_candidates("db", search, 0) == Names{"db", "db.a.example", "db.b.example"});
    const std::string long_name(245, 'x');
    CHECK(search_candidates(long_name, search, 1) == Names{long_name});
}
