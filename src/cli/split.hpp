// Cuts a command line into its command, its options with their values, and all that is left: targets, codes, shells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/option_table.hpp"

namespace connprobe::cli {

struct GivenOption {
    const OptionInfo* option;
    std::string written;  ///< as on the command line: "-t" or "--timeout"
    std::string value;    ///< empty for a flag
};

struct Split {
    Command command = Command::probe;
    std::vector<GivenOption> options;  ///< in their order
    std::vector<std::string> words;    ///< what is no option, in its order
    std::vector<std::string> cmd;      ///< the program to run and its arguments, as they were written
    std::vector<std::string> errors;   ///< whole sentences
};

/// The command is the first argument and nothing else is; every option that has a value takes exactly one; options and
/// words mix freely until `--`, which ends the options; in a command that runs a program, the program and its arguments
/// follow it. `arguments` is without the program's name.
[[nodiscard]] Split split(const std::vector<std::string_view>& arguments);

/// Was an option of this name given?
[[nodiscard]] bool has(const Split& split, const OptionInfo* option) noexcept;

}  // namespace connprobe::cli
