#include "cli/option_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/help.hpp"
#include "cli/meanings.hpp"
#include "config/keys.hpp"
#include "report/registry.hpp"

using namespace connprobe;
using namespace connprobe::cli;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream{text};
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("every option has a name of its own, a meaning, and a value where its kind asks for one") {
    for (const CommandInfo& command : all_commands()) {
        std::set<std::string> spellings;
        std::set<char> letters;
        for (const OptionInfo& option : all_options()) {
            if (!takes(command, option)) continue;
            CAPTURE(spelling(option));
            CHECK(spellings.insert(spelling(option)).second);
            CHECK((option.name.empty() || find_option(option.name, command.command) == &option));
            if (option.letter == '\0') continue;
            CHECK(letters.insert(option.letter).second);
            CHECK(find_option(option.letter, command.command) == &option);
        }
    }
    for (const OptionInfo& option : all_options()) {
        CAPTURE(spelling(option));
        CHECK_FALSE(option.help.empty());
        CHECK((option.value == Value::flag) == option.argument.empty());
        CHECK(has_meaning(option));
        CHECK_FALSE(is_reserved_option(option.name));
        if (option.value == Value::word) CHECK_FALSE(option.words.empty());
    }
}

TEST_CASE("an option that sets a key sets one that exists") {
    for (const OptionInfo& option : all_options()) {
        if (option.key.empty()) continue;
        CAPTURE(spelling(option));
        CHECK(
            std::ranges::any_of(config::all_keys, [&](const config::KeyInfo& key) { return key.path == option.key; }));
    }
}

TEST_CASE("the formats that --output offers are those that are built") {
    std::string names;
    for (const report::FormatInfo& format : report::formats())
        names += (names.empty() ? "" : " ") + std::string{format.name};
    CHECK(find_option("output")->words == names);
}

TEST_CASE("no line of any help is wider than eighty columns") {
    for (const CommandInfo& command : all_commands()) {
        for (const std::string& text : {help(command.command), short_help(command.command)}) {
            for (const std::string& line : lines_of(text)) {
                CAPTURE(line);
                CHECK(line.size() <= 80);
                CHECK_FALSE(line.ends_with(' '));
            }
        }
    }
}

TEST_CASE("--help shows every option and every command, and nothing that is not built") {
    const std::string text = help(Command::probe);
    for (const OptionInfo& option : all_options()) CHECK(text.find(spelling(option)) != std::string::npos);
    for (const CommandInfo& command : all_commands())
        CHECK(text.find("\n  " + std::string{command.name} + ' ') != std::string::npos);
    for (const std::string_view later : {"--rate", "--stream", "--interface", "watch ", "csv", "junit"}) {
        CHECK(text.find(later) == std::string::npos);
    }
}

TEST_CASE("-h is short and ends with where the rest is") {
    const std::string text = short_help(Command::probe);
    CHECK(lines_of(text).size() <= 24);
    CHECK(text.find("Examples:") != std::string::npos);
    CHECK(text.ends_with("All options: connprobe --help\n"));
}
