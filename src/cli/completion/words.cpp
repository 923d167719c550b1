#include "cli/completion/scripts.hpp"
#include "connprobe/failure.hpp"

namespace connprobe::cli::completion {

bool is_flag(const OptionInfo& option) noexcept { return option.value == Value::flag; }

bool offers_files(const OptionInfo& option) noexcept {
    return option.value == Value::file || option.name == "output";  // a format or a file
}

std::string spellings(const OptionInfo& option, char between) {
    if (option.letter == '\0' || option.name.empty()) return spelling(option);
    return std::string{'-', option.letter} + between + spelling(option);
}

std::string words_after(Command command) {
    if (command == Command::completion) return "bash zsh fish";
    std::string words;
    if (command != Command::explain) return words;
    for (const CodeInfo& code : all_codes()) words += (words.empty() ? "" : " ") + std::string{code.name};
    return words;
}

}  // namespace connprobe::cli::completion
