#include "cli/split.hpp"

#include <algorithm>
#include <optional>

#include "cli/habits.hpp"
#include "config/nearest.hpp"
#include "model/secrets.hpp"
#include "model/text.hpp"

namespace connprobe::cli {
namespace {

class Splitter {
public:
    explicit Splitter(const std::vector<std::string_view>& arguments) : arguments_{arguments} {}

    Split run() {
        read_command();
        while (at_ < arguments_.size()) {
            const std::string_view argument = arguments_[at_++];
            if (ended_ || argument.size() < 2 || argument[0] != '-') {
                read_word(argument);
            } else if (argument == "--") {
                end_options();
            } else if (argument[1] == '-') {
                read_long(argument);
            } else {
                read_letters(argument);
            }
        }
        return std::move(split_);
    }

private:
    void read_command() {
        if (arguments_.empty()) return;
        if (const CommandInfo* command = find_command(arguments_[0])) {
            split_.command = command->command;
            at_ = 1;
        } else if (is_reserved_command(arguments_[0])) {
            fail(arguments_[0], "not supported by this version");
            at_ = 1;
        } else if (const OptionInfo* option = find_option(arguments_[0]); option && option->group == Group::other) {
            fail(arguments_[0], "neither a command nor a target: write " + spelling(*option));
            at_ = arguments_.size();
        } else if (const auto near = nearest_command(arguments_[0]); !near.empty()) {
            fail(arguments_[0], "neither a command nor a target: did you mean " + std::string{near} + '?');
            at_ = 1;
        }
    }

    /// Of a word that is no target either, for want of a port.
    static std::string_view nearest_command(std::string_view word) {
        if (word.starts_with('-') || word.find(':') != std::string_view::npos) return {};
        std::vector<std::string_view> known;
        for (const CommandInfo& command : all_commands()) known.push_back(command.name);
        return config::nearest(word, known);
    }

    void end_options() {
        ended_ = true;
        if (split_.command == Command::probe) return refuse_program();
        if (!contains(with_cmd, split_.command)) return;
        split_.cmd.assign(arguments_.begin() + static_cast<std::ptrdiff_t>(at_), arguments_.end());
        at_ = arguments_.size();
        if (split_.cmd.empty() || split_.cmd.front().empty())
            fail("--", "the command to run is missing after it: write -- CMD, or leave -- out");
    }

    /// What has no port can be no target: here it is most likely a program.
    void refuse_program() {
        if (split_.words.empty() && split_.options.empty()) return;
        if (at_ == arguments_.size()) return;
        const std::string_view next = arguments_[at_];
        if (next.starts_with('-') || next.find(':') != std::string_view::npos) return;
        const std::string target = split_.words.empty() ? "TARGET" : split_.words.front();
        fail(next, "a command to run belongs to wait and warm: write connprobe wait " + target + " -- CMD");
        at_ = arguments_.size();
    }

    void read_word(std::string_view word) {
        const bool reserved = is_reserved_command(word);
        if (!ended_ && split_.command == Command::probe && (find_command(word) || reserved)) {
            fail(word, "a command comes first: write " + right_order() +
                           (reserved ? " (not supported by this version)" : ""));
        } else if (word == "-" && !ended_) {
            fail(word, "not a target: write --servers - to read servers from standard input");
        } else {
            split_.words.emplace_back(word);
        }
    }

    void read_long(std::string_view argument) {
        const std::size_t equals = argument.find('=');
        const std::string_view written = argument.substr(0, equals);
        std::optional<std::string_view> value;
        if (equals != std::string_view::npos) value = argument.substr(equals + 1);
        const OptionInfo* option = find_option(written.substr(2), split_.command);
        if (!option) return fail_unknown(written);
        if (option->value != Value::flag && !value) value = next_value(*option, written);
        if (option->value == Value::flag && value) return fail(written, "takes no value, found " + std::string{*value});
        if (option->value == Value::flag || value) give(*option, written, value.value_or(""));
    }

    /// One letter or several: -q, -c5, -c 5, -vv, -jk, -qs FILE.
    void read_letters(std::string_view argument) {
        const std::string_view word = argument.substr(1, argument.find('=') - 1);
        if (find_option(word, split_.command))
            return fail(argument, "a long option has two hyphens: write -" + std::string{argument});
        for (std::size_t i = 1; i < argument.size(); ++i) {
            const std::string written{'-', argument[i]};
            const OptionInfo* option = find_option(argument[i], split_.command);
            if (!option) return fail_unknown(written);
            if (option->value == Value::flag) {
                give(*option, written, "");
                continue;
            }
            std::string_view rest = argument.substr(i + 1);
            if (rest.starts_with('=')) rest.remove_prefix(1);
            if (!rest.empty()) return give(*option, written, rest);
            if (const auto value = next_value(*option, written)) give(*option, written, *value);
            return;
        }
    }

    /// A value that is the name of an option was most likely forgotten.
    std::optional<std::string_view> next_value(const OptionInfo& option, std::string_view written) {
        const std::string argument{option.argument};
        if (at_ == arguments_.size()) {
            fail(written, "its value is missing: write " + std::string{written} + ' ' + argument);
            return std::nullopt;
        }
        const std::string_view next = arguments_[at_];
        const bool is_option =
            next == "--" || (next.starts_with("--") && find_option(next.substr(2, next.find('=') - 2)));
        if (is_option) {
            fail(written, "its value is missing before " + std::string{next} + ": write " + std::string{written} + ' ' +
                              argument);
            return std::nullopt;
        }
        ++at_;
        return next;
    }

    void give(const OptionInfo& option, std::string_view written, std::string_view value) {
        const CommandInfo& command = info(split_.command);
        if (!takes(command, option)) return fail(written, refusal(command, option));
        if (option.value != Value::flag && value.empty()) {
            return fail(written,
                        "its value is empty: write " + std::string{written} + ' ' + std::string{option.argument});
        }
        const OptionInfo* meant = option.stands_for.empty() ? &option : find_option(option.stands_for, split_.command);
        split_.options.push_back({meant, std::string{written}, std::string{value}});
    }

    static std::string refusal(const CommandInfo& command, const OptionInfo& option) {
        const std::string text = "not an option of " + std::string{command.name};
        if (!option.why_not.empty()) return text + ": " + std::string{option.why_not};
        const auto whose = std::ranges::find_if(
            all_commands(), [&](const CommandInfo& other) { return option.of == only(other.command); });
        return whose == all_commands().end() ? text : text + ", but of " + std::string{whose->name};
    }

    /// Both may hold a whole argument.
    void fail(std::string_view what, const std::string& why) {
        split_.errors.push_back(printable(hide_userinfo(what)) + ": " + printable(hide_userinfo(why)));
    }

    void fail_unknown(std::string_view written) {
        if (written.size() > 2 && is_reserved_option(written.substr(2)))
            return fail(written, "not supported by this version");
        if (const auto instead = of_another_tool(written); !instead.empty())
            return fail(written, "unknown option: " + std::string{instead});
        if (written.size() <= 2) return fail(written, "unknown option");
        const std::string_view near = nearest_option(written.substr(2));
        fail(written, near.empty() ? "unknown option" : "unknown option: did you mean --" + std::string{near} + '?');
    }

    /// One that begins like this, as getopt_long would take it, or the one with the fewest letters to change.
    std::string_view nearest_option(std::string_view name) const {
        std::vector<std::string_view> known;
        for (const OptionInfo& option : all_options()) {
            if (!option.name.empty() && takes(info(split_.command), option)) known.push_back(option.name);
        }
        const auto longer = std::ranges::find_if(known, [&](std::string_view word) { return word.starts_with(name); });
        return name.size() > 2 && longer != known.end() ? *longer : config::nearest(name, known);
    }

    /// The arguments with the misplaced command put in front.
    std::string right_order() const {
        std::string text = "connprobe " + std::string{arguments_[at_ - 1]};
        for (std::size_t i = 0; i < arguments_.size(); ++i) {
            if (i + 1 == at_) continue;
            if (text.size() + arguments_[i].size() > 100) return text + " ...";
            text += ' ';
            text += arguments_[i];
        }
        return text;
    }

    const std::vector<std::string_view>& arguments_;
    std::size_t at_ = 0;
    bool ended_ = false;
    Split split_;
};

}  // namespace

Split split(const std::vector<std::string_view>& arguments) { return Splitter{arguments}.run(); }

bool has(const Split& split, const OptionInfo* option) noexcept {
    return std::ranges::any_of(split.options, [&](const GivenOption& given) { return given.option == option; });
}

}  // namespace connprobe::cli
