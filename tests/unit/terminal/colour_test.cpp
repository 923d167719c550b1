#include <doctest/doctest.h>

#include "terminal/colour.hpp"

using namespace connprobe::terminal;

TEST_CASE("the option decides before the variables, they before the terminal") {
    struct Row {
        const char* what;
        When option;
        ColourVariables variables;
        bool is_terminal, expected;
    };
    const std::optional<std::string> unset;
    const Row rows[] = {
        {"a terminal", When::automatic, {unset, unset, unset, "xterm"}, true, true},
        {"a pipe", When::automatic, {unset, unset, unset, "xterm"}, false, false},
        {"no TERM", When::automatic, {}, true, true},
        {"--color always into a pipe", When::always, {"1", unset, unset, "dumb"}, false, true},
        {"--color never", When::never, {unset, "1", "1", "xterm"}, true, false},
        {"NO_COLOR", When::automatic, {"1", "1", "1", "xterm"}, true, false},
        {"an empty NO_COLOR says nothing", When::automatic, {"", unset, unset, "xterm"}, true, true},
        {"FORCE_COLOR", When::automatic, {unset, "1", unset, "dumb"}, false, true},
        {"FORCE_COLOR=0", When::automatic, {unset, "0", "1", "xterm"}, true, false},
        {"FORCE_COLOR=false", When::automatic, {unset, "false", unset, "xterm"}, true, false},
        {"an empty FORCE_COLOR says nothing", When::automatic, {unset, "", unset, "xterm"}, false, false},
        {"CLICOLOR_FORCE", When::automatic, {unset, unset, "1", "dumb"}, false, true},
        {"CLICOLOR_FORCE=0 says nothing", When::automatic, {unset, unset, "0", "xterm"}, true, true},
        {"TERM=dumb", When::automatic, {unset, unset, unset, "dumb"}, true, false},
    };
    for (const Row& row : rows) {
        CHECK_MESSAGE(use_colour(row.option, row.variables, row.is_terminal) == row.expected, row.what);
    }
}

TEST_CASE("paint is put on where colour is wanted, and never on nothing") {
    CHECK(paint("down", Ink::bad, true) == "\x1b[31mdown\x1b[0m");
    CHECK(paint("down", Ink::bad, false) == "down");
    CHECK(paint("down", Ink::plain, true) == "down");
    CHECK(paint("", Ink::bad, true).empty());
}
