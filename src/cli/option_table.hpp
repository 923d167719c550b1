// Every option of the program, once: the parser, --help, the completion scripts and their tests are made from this table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace connprobe::cli {

enum class Command : std::uint8_t { probe, wait, warm, explain, demo, completion };

/// Several commands, one bit each.
using Commands = std::uint8_t;

[[nodiscard]] constexpr Commands only(Command command) noexcept {
    return static_cast<Commands>(1U << static_cast<unsigned>(command));
}
[[nodiscard]] constexpr bool contains(Commands commands, Command command) noexcept {
    return (commands & only(command)) != 0;
}

inline constexpr Commands every_command = 0xff;
inline constexpr Commands probing =
    only(Command::probe) | only(Command::wait) | only(Command::warm);            ///< their words are targets
inline constexpr Commands passing = only(Command::probe) | only(Command::wait);  ///< they judge and go on
inline constexpr Commands with_cmd =
    only(Command::wait) | only(Command::warm);  ///< what follows `--` is a program to run

/// The headings of --help, in their order.
enum class Group : std::uint8_t { targets, at_once, one_attempt, again, tls, enough, kept, output, other };

/// What an option's value is.
enum class Value : std::uint8_t {
    flag,  ///< none
    text,  ///< anything; whoever uses it judges it
    file,  ///< the name of a file
    time,  ///< a duration
    word,  ///< one of `words`
};

struct OptionInfo {
    char letter;                  ///< without its hyphen; '\0': none
    std::string_view name;        ///< without its hyphens; empty: only a letter
    std::string_view argument{};  ///< what --help calls the value; empty for a flag
    Value value;
    Group group;
    std::string_view help;     ///< what it does, its default in brackets
    std::string_view key{};    ///< the key of a server list that it sets for all servers; empty: it is about the run
    std::string_view words{};  ///< values that completion offers, separated by spaces; of a flag with a key: its value
    bool repeatable = false;   ///< each time counts, else the last
    Commands of = probing;     ///< whose option it is; the demo takes the group `output` in any case
    std::string_view in_wait{};     ///< `help` in the command wait, where it says something else there
    std::string_view in_warm{};     ///< the same in the command warm
    std::string_view why_not{};     ///< a clause: why other commands do not take it, where that is not plain
    std::string_view stands_for{};  ///< the long name of the option that this one is another name of
};

struct CommandInfo {
    Command command;
    std::string_view name;
    std::string_view usage;    ///< what follows the program's name
    std::string_view summary;  ///< one line of --help
};

[[nodiscard]] std::span<const OptionInfo> all_options() noexcept;
[[nodiscard]] std::span<const CommandInfo> all_commands() noexcept;
[[nodiscard]] std::string_view title(Group group) noexcept;

/// Null if there is none of that name. A name may mean different things to different commands; where this command does
/// not take it, it is another's.
[[nodiscard]] const OptionInfo* find_option(std::string_view name, Command command = Command::probe) noexcept;
[[nodiscard]] const OptionInfo* find_option(char letter, Command command = Command::probe) noexcept;
[[nodiscard]] const CommandInfo* find_command(std::string_view name) noexcept;
[[nodiscard]] const CommandInfo& info(Command command) noexcept;

/// "--servers", or "-4" where there is no long name.
[[nodiscard]] std::string spelling(const OptionInfo& option);

/// Does this command take this option?
[[nodiscard]] bool takes(const CommandInfo& command, const OptionInfo& option) noexcept;

/// What --help of this command says about it.
[[nodiscard]] std::string_view help_of(const CommandInfo& command, const OptionInfo& option) noexcept;

/// Names that are kept for a later version: known, refused by name, announced nowhere.
[[nodiscard]] bool is_reserved_option(std::string_view name) noexcept;
[[nodiscard]] bool is_reserved_command(std::string_view name) noexcept;
[[nodiscard]] bool is_reserved_format(std::string_view name) noexcept;

}  // namespace connprobe::cli
