#include "model/next_commands.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace connprobe;

TEST_CASE("every code has a command with which to look further, four at most") {
    for (const auto& code : all_codes()) {
        CAPTURE(code.name);
        const auto commands = commands_for(code.code);
        CHECK_FALSE(commands.empty());
        CHECK(commands.size() <= 4);
        for (const auto& command : commands) {
            CHECK(command.code == code.code);
            CHECK(in_general(command).find("S_CLIENT") == std::string::npos);
            CHECK(in_general(command).find("REDIS") == std::string::npos);
        }
    }
}
