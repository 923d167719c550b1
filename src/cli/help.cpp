#include "cli/help.hpp"

#include <string_view>

#include "cli/wrap.hpp"

namespace connprobe::cli {
namespace {

constexpr std::size_t text_column = 31;

constexpr std::string_view introduction =
    "connprobe tells which servers can be connected to, how fast, and if not, why.\n";

constexpr std::string_view examples = R"(
Examples:
  connprobe db:5432 redis://cache https://api.example.com/healthz
  connprobe --servers servers.json --max-concurrent 5 --retry exponential
  connprobe -s servers.yaml -j | jq -r '.results[] | select(.error) | .name'
  connprobe wait --deadline 2m postgres://db -- ./migrate.sh
)";

constexpr std::string_view wait_examples = R"(
Examples:
  connprobe wait db:5432 cache:6379 -- ./start-server
  connprobe wait -s servers.yaml -t 2m --consecutive 3
  connprobe wait --down 127.0.0.1:8080 -- ./start-server
)";

constexpr std::string_view warm_examples = R"(
Examples:
  connprobe warm -s servers.yaml --connections 8 --until-steady
  connprobe warm https://api.example.com/ --connections 50 --hold 10m
  connprobe warm cache:6379 --connections 4 --pass-fds -- ./worker
)";

constexpr std::string_view target_forms =
    "  host:port, host:80,443,8000-8003, [::1]:80, 192.0.2.0/28:22, unix:/path,\n"
    "  tcp://host:port, tls://host:port, http[s]://host/path, redis[s]://host,\n"
    "  postgres://host\n";

constexpr std::string_view exit_statuses = R"(
Exit status: 0 enough are up, 1 too few, 2 usage or input, 3 up but degraded,
4 could not judge or write, 124 deadline, 130 interrupted. More: man connprobe
)";

constexpr std::string_view wait_exit_statuses = R"(
Exit status: that of CMD once it has run; without it 0 enough are up, 1 too few
can be, 2 usage or input, 3 up but degraded, 4 could not judge or write,
124 deadline, 126 or 127 CMD cannot run, 130 interrupted. More: man connprobe
)";

constexpr std::string_view warm_exit_statuses = R"(
Exit status: that of CMD once it has run; without it 0 enough are open, 1 too
few, 2 usage or input, 3 open but degraded, 4 could not judge or write,
124 deadline, 126 or 127 CMD cannot run, 130 interrupted.
More: man connprobe-warm
)";

std::string_view examples_of(Command command) {
    switch (command) {
        case Command::probe: return examples;
        case Command::wait: return wait_examples;
        case Command::warm: return warm_examples;
        default: return {};
    }
}

std::string_view exit_statuses_of(Command command) {
    switch (command) {
        case Command::probe:
        case Command::demo: return exit_statuses;
        case Command::wait: return wait_exit_statuses;
        case Command::warm: return warm_exit_statuses;
        default: return {};
    }
}

std::string option_row(const CommandInfo& command, const OptionInfo& option) {
    std::string left = option.letter == '\0' ? "      " : std::string{"  -"} + option.letter;
    if (option.letter != '\0' && !option.name.empty()) left += ", ";
    if (!option.name.empty()) left += spelling(option);
    if (!option.argument.empty()) left += ' ' + std::string{option.argument};
    return beside(left, help_of(command, option), text_column);
}

std::string option_rows(const CommandInfo& command, Group group) {
    std::string text;
    for (const OptionInfo& option : all_options()) {
        const bool of_another = command.command == Command::probe && option.stands_for.empty();
        if (option.group == group && (takes(command, option) || of_another)) text += option_row(command, option);
    }
    return text;
}

std::string repeatable_options() {
    std::string text = "May be repeated:";
    for (const OptionInfo& option : all_options()) {
        if (option.repeatable) text += (text.ends_with(':') ? " " : ", ") + spelling(option);
    }
    return text + ".\n";
}

std::string command_rows() {
    std::string text = "\nCommands:\n";
    for (const CommandInfo& command : all_commands()) {
        text += beside("  " + std::string{command.name}, command.summary, 14);
    }
    return text;
}

std::string usage_of(const CommandInfo& command) {
    return "\nUsage:\n  connprobe " + std::string{command.usage} + '\n';
}

std::string head(const CommandInfo& command) {
    if (command.command != Command::probe) {
        return std::string{command.summary} + ".\n" + usage_of(command) + std::string{examples_of(command.command)};
    }
    return std::string{introduction} + usage_of(command) + "  connprobe COMMAND [OPTIONS]\n" + std::string{examples} +
           command_rows();
}

}  // namespace

std::string short_help(Command command) {
    const CommandInfo& about = info(command);
    if (!contains(probing, command)) return help(command);
    const std::string name = command == Command::probe ? "" : std::string{about.name} + ' ';
    return head(about) + "\nAll options: connprobe " + name + "--help\n";
}

std::string help(Command command) {
    const CommandInfo& about = info(command);
    std::string text = head(about);
    for (int i = 0; i <= static_cast<int>(Group::other); ++i) {
        const Group group{static_cast<std::uint8_t>(i)};
        const std::string rows = option_rows(about, group);
        if (rows.empty()) continue;
        text += '\n' + std::string{title(group)} + ":\n";
        if (group == Group::targets) text += target_forms;
        text += rows;
    }
    if (command == Command::probe) text += '\n' + repeatable_options();
    return text.append(exit_statuses_of(command));
}

}  // namespace connprobe::cli
