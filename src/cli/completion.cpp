// Completion scripts, written from the table of options.
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "config/nearest.hpp"
#include "config/quote.hpp"
#include "connprobe/failure.hpp"
#include "os/standard_streams.hpp"

namespace connprobe::cli {
namespace {

constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};

bool is_flag(const OptionInfo& option) { return option.value == Value::flag; }

/// An output is a format or the name of a file.
bool offers_files(const OptionInfo& option) { return option.value == Value::file || option.name == "output"; }

bool offered(const CommandInfo& command, const OptionInfo& option) { return takes(command, option); }

/// Both spellings with something between them: "-s|--servers".
std::string spellings(const OptionInfo& option, char between) {
    if (option.letter == '\0' || option.name.empty()) return spelling(option);
    return std::string{'-', option.letter} + between + spelling(option);
}

std::string option_words(const CommandInfo& command) {
    std::string words;
    for (const OptionInfo& option : all_options()) {
        if (offered(command, option)) words += (words.empty() ? "" : " ") + spellings(option, ' ');
    }
    return words;
}

std::string command_words() {
    std::string words;
    for (const CommandInfo& command : all_commands()) words += (words.empty() ? "" : " ") + std::string{command.name};
    return words;
}

/// What may follow a command that has words of its own.
std::string words_after(Command command) {
    std::string words;
    if (command == Command::completion) {
        for (const std::string_view shell : shells) words += (words.empty() ? "" : " ") + std::string{shell};
    } else if (command == Command::explain) {
        for (const CodeInfo& code : all_codes()) words += (words.empty() ? "" : " ") + std::string{code.name};
    }
    return words;
}

/// Inside single quotes of a POSIX shell, with the characters of `special` behind a backslash.
std::string escaped(std::string_view text, std::string_view special) {
    std::string result;
    for (const char c : text) {
        if (c == '\'') {
            result += "'\\''";
            continue;
        }
        if (special.find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result;
}

std::string bash_values(const OptionInfo& option) {
    std::string body;
    if (!option.words.empty()) body += "COMPREPLY+=($(compgen -W '" + std::string{option.words} + "' -- \"$cur\")); ";
    if (offers_files(option)) body += "compopt -o filenames; COMPREPLY+=($(compgen -f -- \"$cur\")); ";
    return "        " + spellings(option, '|') + ") " + body + "return ;;\n";
}

std::string bash_script() {
    std::string text = R"(# bash completion for connprobe: eval "$(connprobe completion bash)"
_connprobe() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} IFS=$' \t\n'
    COMPREPLY=()
    if [[ $cur == '=' ]]; then
        cur=
    elif [[ $prev == '=' ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    case $prev in
)";
    for (const OptionInfo& option : all_options()) {
        if (!is_flag(option)) text += bash_values(option);
    }
    text += "    esac\n    local words\n    case ${COMP_WORDS[1]} in\n";
    for (const CommandInfo& command : all_commands()) {
        if (command.command == Command::probe) continue;
        text += "        " + std::string{command.name} + ") words='" + words_after(command.command) + "'\n            [[ $cur == -* ]] && words='" +
                option_words(command) + "' ;;\n";
    }
    return text + "        *) [[ $cur == -* ]] && words='" + option_words(info(Command::probe)) +
           "' ;;\n    esac\n    ((COMP_CWORD == 1)) && [[ $cur != -* ]] && words='" + command_words() +
           "'\n    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -F _connprobe connprobe\n";
}

/// One specification of zsh's _arguments.
std::string zsh_option(const OptionInfo& option) {
    const std::string_view value_sign = is_flag(option) ? "" : "=";
    const std::string_view letter_sign = is_flag(option) ? "" : "+";
    const bool both = option.letter != '\0' && !option.name.empty();
    std::string text = "        ";
    if (option.repeatable || option.name == "verbose") {
        text += "'*'";
    } else if (both) {
        text += "'(" + spellings(option, ' ') + ")'";
    }
    if (both) {
        text += std::string{"{-"} + option.letter + std::string{letter_sign} + ',' + spelling(option) + std::string{value_sign} + '}';
    } else {
        text += spelling(option) + std::string{value_sign};
    }
    text += "'[" + escaped(option.help, "[]:") + ']';
    if (is_flag(option)) return text + "'\n";
    text += ':' + escaped(option.argument, "[]:") + ':';
    if (!option.words.empty() && offers_files(option)) return text + "_alternative \"words\\:format\\:(" + std::string{option.words} + ")\" \"files\\:file\\:_files\"'\n";
    if (!option.words.empty()) return text + '(' + std::string{option.words} + ")'\n";
    return text + (offers_files(option) ? "_files'\n" : "'\n");
}

std::string zsh_arguments(const CommandInfo& command) {
    std::string text;
    for (const OptionInfo& option : all_options()) {
        if (offered(command, option)) text += zsh_option(option);
    }
    return text;
}

std::string zsh_script() {
    std::string text = "#compdef connprobe\n# zsh completion for connprobe: source <(connprobe completion zsh)\n_connprobe() {\n"
                       "    local -a commands options\n    commands=(\n";
    for (const CommandInfo& command : all_commands()) {
        text += "        '" + std::string{command.name} + ':' + escaped(command.summary, ":") + "'\n";
    }
    text += "    )\n    if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n        _describe command commands\n        return\n    fi\n"
            "    case $words[2] in\n";
    for (const CommandInfo& command : all_commands()) {
        if (command.command == Command::probe) continue;
        text += "    " + std::string{command.name} + ") options=(\n" + zsh_arguments(command);
        const std::string words = words_after(command.command);
        if (!words.empty()) text += "        '2:word:(" + words + ")'\n";
        text += "    ) ;;\n";
    }
    return text + "    *) options=(\n" + zsh_arguments(info(Command::probe)) +
           "    ) ;;\n    esac\n    _arguments -s -S $options\n}\n"
           "if [[ $funcstack[1] == _connprobe ]]; then _connprobe \"$@\"; else compdef _connprobe connprobe; fi\n";
}

std::string fish_option(const CommandInfo& command, const OptionInfo& option) {
    const std::string name{command.name};
    std::string text = "complete -c connprobe -n ";
    text += command.command == Command::probe ? "'not __fish_seen_subcommand_from explain demo completion'"
                                              : "'__fish_seen_subcommand_from " + name + "'";
    if (option.letter != '\0') text += std::string{" -s "} + option.letter;
    if (!option.name.empty()) text += " -l " + std::string{option.name};
    if (!is_flag(option)) text += offers_files(option) ? " -r -F" : " -x";
    if (!option.words.empty() && !is_flag(option)) text += " -a '" + std::string{option.words} + "'";
    std::string help;
    for (const char c : option.help) help += c == '\'' ? "\\'" : std::string{c};
    return text + " -d '" + help + "'\n";
}

std::string fish_script() {
    std::string text = "# fish completion for connprobe: connprobe completion fish | source\ncomplete -c connprobe -f\n";
    for (const CommandInfo& command : all_commands()) {
        text += "complete -c connprobe -n __fish_use_subcommand -a " + std::string{command.name} + " -d '" + std::string{command.summary} + "'\n";
        const std::string words = words_after(command.command);
        if (!words.empty()) text += "complete -c connprobe -n '__fish_seen_subcommand_from " + std::string{command.name} + "' -a '" + words + "'\n";
        for (const OptionInfo& option : all_options()) {
            if (offered(command, option)) text += fish_option(command, option);
        }
    }
    return text;
}

}  // namespace

int completion_command(const Options& options) {
    const std::string& shell = options.words.front();
    if (shell == "bash") return os::print(bash_script());
    if (shell == "zsh") return os::print(zsh_script());
    if (shell == "fish") return os::print(fish_script());
    const std::string_view near = config::nearest(shell, shells);
    os::complain("connprobe: completion: expected " + config::one_of(shells) + ", found " + config::quoted(shell) +
                 (near.empty() ? "" : ": did you mean " + std::string{near} + '?') + '\n');
    return 2;
}

}  // namespace connprobe::cli
