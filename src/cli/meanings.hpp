// What each option does to the Options that a command line is read into.
#pragma once

#include <string>
#include <string_view>

#include "cli/options.hpp"
#include "cli/split.hpp"

namespace connprobe::cli {

/// Takes one option into account. Returns what is wrong with its value, empty if nothing is.
[[nodiscard]] std::string apply(Options& options, const GivenOption& given);

/// Is there anything that this option means? For a test: every option has a meaning.
[[nodiscard]] bool has_meaning(const OptionInfo& option) noexcept;

}  // namespace connprobe::cli
