#include "cli/completion/scripts.hpp"

namespace connprobe::cli::completion {
namespace {

/// `=` is a word of its own to bash: --color=al arrives as three words.
constexpr std::string_view bash_beginning = R"bash(# bash completion for connprobe: eval "$(connprobe completion bash)"
_connprobe() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} IFS=$' \t\n' words=
    local i
    COMPREPLY=()
)bash";

constexpr std::string_view option_before = R"bash(    if [[ $cur == '=' ]]; then
        cur=
    elif [[ $prev == '=' ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    case $prev in
)bash";

/// The function is one of the package bash-completion; without it there is nothing to offer.
constexpr std::string_view program_of_another = R"bash(        for ((i = 2; i < COMP_CWORD; i++)); do
            [[ ${COMP_WORDS[i]} == -- ]] || continue
            declare -F _command_offset >/dev/null && _command_offset $((i + 1))
            return
        done
)bash";

/// What follows the first `--` of these commands is a program and its arguments.
std::string programs() {
    std::string names;
    for (const CommandInfo& command : all_commands()) {
        if (contains(with_cmd, command.command)) names += (names.empty() ? "" : "|") + std::string{command.name};
    }
    return "    case ${COMP_WORDS[1]} in " + names + ")\n" + std::string{program_of_another} + "    esac\n";
}

constexpr std::string_view bash_end = R"bash(    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _connprobe connprobe
)bash";

std::string option_words(const CommandInfo& command) {
    std::string words;
    for (const OptionInfo& option : all_options()) {
        if (takes(command, option)) words += (words.empty() ? "" : " ") + spellings(option, ' ');
    }
    return '\'' + words + '\'';
}

/// What is offered after an option that takes a value.
std::string values_after(const OptionInfo& option) {
    std::string text = "        " + spellings(option, '|') + ')';
    if (!option.words.empty()) text += " COMPREPLY+=($(compgen -W '" + std::string{option.words} + "' -- \"$cur\"));";
    if (offers_files(option)) text += " compopt -o filenames; COMPREPLY+=($(compgen -f -- \"$cur\"));";
    return text + " return ;;\n";
}

std::string words_of(const CommandInfo& command) {
    const std::string pattern{command.command == Command::probe ? "*" : command.name};
    return "        " + pattern + ") words='" + words_after(command.command) +
           "'\n            [[ $cur == -* ]] && words=" + option_words(command) + " ;;\n";
}

}  // namespace

std::string bash_script() {
    std::string text = std::string{bash_beginning} + programs() + std::string{option_before};
    for (const OptionInfo& option : all_options()) {
        if (!is_flag(option)) text += values_after(option);
    }
    text += "    esac\n    case ${COMP_WORDS[1]} in\n";
    std::string commands, any;
    for (const CommandInfo& command : all_commands()) {
        commands += (commands.empty() ? "" : " ") + std::string{command.name};
        (command.command == Command::probe ? any : text) += words_of(command);
    }
    text += any + "    esac\n    ((COMP_CWORD == 1)) && [[ $cur != -* ]] && words='" + commands + "'\n";
    return text + std::string{bash_end};
}

}  // namespace connprobe::cli::completion
