// Colours on a terminal: whether there are any, and the escape sequences that make them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connprobe::terminal {

/// As given to --color and --progress.
enum class When : std::uint8_t { automatic, always, never };

/// The variables that have a say; absent where not set.
struct ColourVariables {
    std::optional<std::string> no_color, force_color, clicolor_force, term;

    [[nodiscard]] static ColourVariables from_environment();
};

/// The option first, then NO_COLOR (no-color.org), FORCE_COLOR, CLICOLOR_FORCE, TERM=dumb, then what the stream is.
[[nodiscard]] bool use_colour(When option, const ColourVariables& variables, bool is_terminal);

/// What a piece of text is, and thereby how it is painted.
enum class Ink : std::uint8_t { plain, dim, bold, good, warning, bad, unknown, resolve, connect, proxy, tls, check };

/// `text` in its ink, or as it is when colour is off.
[[nodiscard]] std::string paint(std::string_view text, Ink ink, bool colour);

}  // namespace connprobe::terminal
