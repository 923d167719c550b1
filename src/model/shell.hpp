// Commands that people paste into a shell: words quoted so that they are only words, long lines broken where they may be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace connprobe {

/// The text as one word of a shell, quoted if need be. Empty for what has no business there: nothing at all, a hyphen in
/// front (an option), controls and characters that hide, more than 300 bytes.
[[nodiscard]] std::string shell_word(std::string_view text);

/// A command in lines of at most so many bytes where its words allow it, each but the last ending in a backslash.
[[nodiscard]] std::vector<std::string> shell_lines(std::string_view command, std::size_t most);

}  // namespace connprobe
