// The numbers that the system's headers give to their error names, as the preprocessor sees them.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace connprobe::test {

/// Every macro of tests/support/error_headers.hpp with the text it stands for. The build writes the file.
inline const std::map<std::string, std::string>& header_macros() {
    static const auto macros = [] {
        std::map<std::string, std::string> all;
        std::ifstream file{CONNPROBE_HEADER_MACROS};
        for (std::string line; std::getline(file, line);) {
            std::istringstream words{line};
            std::string define, name, value;
            words >> define >> name >> value;
            all.emplace(name, value);
        }
        return all;
    }();
    REQUIRE_MESSAGE(macros.size() > 1000, "no macros in " << CONNPROBE_HEADER_MACROS);
    return macros;
}

/// What a macro comes to when it is a number or another name for one.
inline std::optional<int> number_of(const std::string& text) {
    const auto alias = header_macros().find(text);
    if (alias != header_macros().end()) return number_of(alias->second);
    char* end = nullptr;
    const long number = std::strtol(text.c_str(), &end, 0);
    if (text.empty() || *end != '\0') return std::nullopt;
    return static_cast<int>(number);
}

/// The macros whose names begin like this and that are numbers, by name.
inline std::map<std::string, int> numbers_named(std::string_view prefix) {
    std::map<std::string, int> found;
    for (const auto& [name, value] : header_macros()) {
        if (!name.starts_with(prefix)) continue;
        if (const auto number = number_of(value)) found.emplace(name, *number);
    }
    return found;
}

}  // namespace connprobe::test
