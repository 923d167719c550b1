#include "cli/completion/scripts.hpp"

namespace connprobe::cli::completion {
namespace {

std::string in_quotes(std::string_view text) {
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') result += '\\';
        result += c;
    }
    return result + '\'';
}

/// The condition under which a completion belongs to this command.
std::string when(const CommandInfo& command) {
    if (command.command != Command::probe) return "-n '__fish_seen_subcommand_from " + std::string{command.name} + '\'';
    std::string others;
    for (const CommandInfo& other : all_commands()) {
        if (other.command != Command::probe) others += ' ' + std::string{other.name};
    }
    return "-n 'not __fish_seen_subcommand_from" + others + '\'';
}

std::string line(const CommandInfo& command, const OptionInfo& option) {
    std::string text = "complete -c connprobe " + when(command);
    if (option.letter != '\0') text += std::string{" -s "} + option.letter;
    if (!option.name.empty()) text += " -l " + std::string{option.name};
    if (!is_flag(option)) text += offers_files(option) ? " -r -F" : " -x";
    if (!is_flag(option) && !option.words.empty()) text += " -a " + in_quotes(option.words);
    return text + " -d " + in_quotes(help_of(command, option)) + '\n';
}

}  // namespace

std::string fish_script() {
    std::string text =
        "# fish completion for connprobe: connprobe completion fish | source\ncomplete -c connprobe -f\n";
    for (const CommandInfo& command : all_commands()) {
        text += "complete -c connprobe -n __fish_use_subcommand -a " + std::string{command.name} + " -d " +
                in_quotes(command.summary) + '\n';
        const std::string words = words_after(command.command);
        if (!words.empty()) text += "complete -c connprobe " + when(command) + " -a " + in_quotes(words) + '\n';
        for (const OptionInfo& option : all_options()) {
            if (takes(command, option)) text += line(command, option);
        }
    }
    return text;
}

}  // namespace connprobe::cli::completion
