#include "config/choice.hpp"

#include <doctest/doctest.h>

#include <array>

#include "config/value.hpp"

using namespace connprobe::config;

TEST_CASE("the word that was meant is the nearest, or the only one that the given one is short for") {
    constexpr std::array<std::string_view, 4> words{"smtp", "imap", "pop3", "postgres"};
    CHECK(meant("smpt", words) == "smtp");
    CHECK(meant("postgresql", words) == "postgres");
    CHECK(meant("pg", words) == "postgres");
    CHECK(meant("po", words).empty());
    CHECK(meant("p", words).empty());
    CHECK(meant("gp", words).empty());
    CHECK(meant("http", words).empty());
    CHECK(no_choice("smpt", words) == "expected smtp, imap, pop3 or postgres, found \"smpt\": did you mean smtp?");
    CHECK(no_choice("http", words) == "expected smtp, imap, pop3 or postgres, found \"http\"");
}

TEST_CASE("every value that is one of a few words names the one that was meant") {
    struct Misspelt {
        ValueType type;
        std::string_view text, end;
    };
    for (const auto& [type, text, end] : {
             Misspelt{ValueType::starttls, "pg", "mysql, found \"pg\": did you mean postgres?"},
             Misspelt{ValueType::strategy, "exponental", "\"exponental\": did you mean exponential?"},
             Misspelt{ValueType::strategy, "exp", "\"exp\": did you mean exponential?"},
             Misspelt{ValueType::family, "ip4", "\"ip4\": did you mean ipv4?"},
             Misspelt{ValueType::ocsp, "stapel", "\"stapel\": did you mean staple?"},
             Misspelt{ValueType::check_type, "htpp", "\"htpp\": did you mean http?"},
         }) {
        CAPTURE(text);
        const auto value = parse_value(type, text);
        REQUIRE_FALSE(value);
        CHECK(value.problem.ends_with(end));
    }
}
