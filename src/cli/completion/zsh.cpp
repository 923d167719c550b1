#include "cli/completion/scripts.hpp"

namespace connprobe::cli::completion {
namespace {

constexpr std::string_view zsh_beginning = R"zsh(#compdef connprobe
# zsh completion for connprobe: source <(connprobe completion zsh)
_connprobe() {
    local -a commands options
    commands=(
)zsh";

constexpr std::string_view command_or_options = R"zsh(    )
    if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then
        _describe command commands
        return
    fi
    local -i ends=$words[(i)--]
    if [[ $words[2] == (wait|warm) ]] && ((ends < CURRENT)); then
        shift ends words
        ((CURRENT -= ends))
        _normal
        return
    fi
    case $words[2] in
)zsh";

/// Works as a file of $fpath, which zsh runs as the function itself, and when it is sourced.
constexpr std::string_view zsh_end = R"zsh(    esac
    _arguments -s -S $options
}
if [[ $funcstack[1] == _connprobe ]]; then _connprobe "$@"; else compdef _connprobe connprobe; fi
)zsh";

/// For a text between single quotes in which _arguments gives a meaning to brackets and colons.
std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\'') result += "'\\'";
        if (c == '[' || c == ']' || c == ':') result += '\\';
        result += c;
    }
    return result;
}

/// The names of an option, with those that it makes superfluous before them: '(-c --max-concurrent)'{-c+,--max-concurrent=}
std::string names(const OptionInfo& option) {
    const std::string letter = std::string{'-', option.letter} + (is_flag(option) ? "" : "+");
    const std::string name = spelling(option) + (is_flag(option) ? "" : "=");
    const bool both = option.letter != '\0' && !option.name.empty();
    const bool again = option.repeatable || option.name == "verbose";
    std::string text = again ? "'*'" : both ? "'(" + spellings(option, ' ') + ")'" : "";
    return text + (both ? '{' + letter + ',' + name + '}' : name);
}

std::string specification(const CommandInfo& command, const OptionInfo& option) {
    std::string text = "        " + names(option) + "'[" + escaped(help_of(command, option)) + ']';
    if (is_flag(option)) return text + "'\n";
    text += ':' + escaped(option.argument) + ':';
    const std::string words{option.words};
    if (words.empty()) return text + (offers_files(option) ? "_files'\n" : "'\n");
    if (!offers_files(option)) return text + '(' + words + ")'\n";
    return text + "_alternative \"words\\:word\\:(" + words + ")\" \"files\\:file\\:_files\"'\n";
}

std::string specifications(const CommandInfo& command) {
    const std::string pattern{command.command == Command::probe ? "*" : command.name};
    std::string text = "    " + pattern + ") options=(\n";
    for (const OptionInfo& option : all_options()) {
        if (takes(command, option)) text += specification(command, option);
    }
    if (command.command == Command::probe) return text + "        '*:target:( )'\n    ) ;;\n";
    const std::string words = words_after(command.command);
    text += "        '1:command:'\n";
    if (contains(with_cmd, command.command)) text += "        '*:target:( )'\n";
    if (!words.empty()) text += "        '2:word:(" + words + ")'\n";
    return text + "    ) ;;\n";
}

}  // namespace

std::string zsh_script() {
    std::string text{zsh_beginning};
    for (const CommandInfo& command : all_commands()) {
        text += "        '" + std::string{command.name} + ':' + escaped(command.summary) + "'\n";
    }
    text += command_or_options;
    std::string any;
    for (const CommandInfo& command : all_commands()) {
        (command.command == Command::probe ? any : text) += specifications(command);
    }
    return text + any + std::string{zsh_end};
}

}  // namespace connprobe::cli::completion
