#include "terminal/colour.hpp"

#include <array>
#include <cstdlib>

namespace connprobe::terminal {

namespace {

std::optional<std::string> variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// ANSI parameters, in the order of Ink: the sixteen colours that every palette has made readable.
constexpr std::array<std::string_view, 12> parameters{"",   "2",  "1",  "32", "33", "31",
                                                      "35", "36", "34", "33", "35", "32"};

}  // namespace

ColourVariables ColourVariables::from_environment() {
    return {variable("NO_COLOR"), variable("FORCE_COLOR"), variable("CLICOLOR_FORCE"), variable("TERM")};
}

bool use_colour(When option, const ColourVariables& variables, bool is_terminal) {
    if (option != When::automatic) return option == When::always;
    if (!variables.no_color.value_or("").empty()) return false;
    if (const std::string force = variables.force_color.value_or(""); !force.empty()) {
        return force != "0" && force != "false";
    }
    if (const std::string force = variables.clicolor_force.value_or(""); !force.empty() && force != "0") return true;
    if (variables.term == "dumb") return false;
    return is_terminal;
}

std::string paint(std::string_view text, Ink ink, bool colour) {
    if (!colour || ink == Ink::plain || text.empty()) return std::string(text);
    std::string painted = "\x1b[";
    painted.append(parameters[static_cast<std::size_t>(ink)]).append("m").append(text).append("\x1b[0m");
    return painted;
}

}  // namespace connprobe::terminal
