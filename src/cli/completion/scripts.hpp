// The completion script of each shell, and the words that all of them are made of.
#pragma once

#include <string>

#include "cli/option_table.hpp"

namespace connprobe::cli::completion {

[[nodiscard]] std::string bash_script();
[[nodiscard]] std::string zsh_script();
[[nodiscard]] std::string fish_script();

[[nodiscard]] bool is_flag(const OptionInfo& option) noexcept;

/// Is its value, or may it be, the name of a file?
[[nodiscard]] bool offers_files(const OptionInfo& option) noexcept;

/// Both spellings with something between them: "-s|--servers".
[[nodiscard]] std::string spellings(const OptionInfo& option, char between);

/// The words that may follow a command beside its options, separated by spaces: codes, shells.
[[nodiscard]] std::string words_after(Command command);

}  // namespace connprobe::cli::completion
