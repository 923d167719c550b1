// The only file that sees CLI11.
#include <CLI/CLI.hpp>

#include <algorithm>

#include "cli/check.hpp"
#include "cli/defaults.hpp"
#include "cli/meanings.hpp"
#include "cli/options.hpp"
#include "cli/split.hpp"

namespace connprobe::cli {
namespace {

/// CLI11 takes "[a]" for a list, drops its brackets, and drops a value that is empty: it gets each with a guard before it.
constexpr char guard = '=';

std::string names_of(const OptionInfo& option) {
    if (option.letter == '\0') return spelling(option);
    const std::string letter{'-', option.letter};
    return option.name.empty() ? letter : letter + ',' + spelling(option);
}

/// As the user wrote it, the last time.
std::string written(const Split& split, const OptionInfo& option) {
    const auto given = std::ranges::find(split.options.rbegin(), split.options.rend(), &option, &GivenOption::option);
    return given == split.options.rend() ? spelling(option) : given->written;
}

/// The command line, as CLI11 knows it: every option of the table, each of which calls what it means.
class CommandLine {
public:
    CommandLine(const Split& split, Options& options) : split_{split}, options_{options} {
        app_.set_help_flag();
        for (const OptionInfo& option : all_options()) {
            if (option.stands_for.empty()) add(option);
        }
        app_.get_option("--servers-format")->needs(app_.get_option("--servers"));
        app_.get_option("-4")->excludes(app_.get_option("-6"));
        app_.get_option("--timeout")->excludes(app_.get_option("--attempt-timeout"));
    }

    /// Returns what is wrong, empty if nothing is.
    std::string parse() {
        std::vector<std::string> arguments;
        for (const GivenOption& given : split_.options) {
            const bool flag = given.option->value == Value::flag;
            arguments.push_back(flag ? spelling(*given.option) : spelling(*given.option) + '=' + guard + given.value);
        }
        std::ranges::reverse(arguments);  // CLI11 takes them from the end
        try {
            app_.parse(std::move(arguments));
        } catch (const CLI::ExcludesError&) {
            return excluded();
        } catch (const CLI::RequiresError&) {
            return "--servers-format: there is no --servers whose format it could be";
        } catch (const CLI::ParseError& error) {
            return error.what();
        }
        return {};
    }

private:
    void add(const OptionInfo& option) {
        CLI::Option* added = nullptr;
        if (option.value == Value::flag) {
            added = app_.add_flag_function(names_of(option), [this, &option](std::int64_t count) {
                for (std::int64_t i = 0; i < count; ++i) use(option, "");
            });
        } else {
            added = app_.add_option_function<std::vector<std::string>>(
                names_of(option), [this, &option](const std::vector<std::string>& values) {
                    for (const std::string& value : values) use(option, value.substr(1));
                });
            added->expected(1)->allow_extra_args(false);
            added->multi_option_policy(option.repeatable ? CLI::MultiOptionPolicy::TakeAll
                                                         : CLI::MultiOptionPolicy::TakeLast);
        }
        added->group(std::string{title(option.group)});
    }

    void use(const OptionInfo& option, std::string value) {
        const GivenOption given{&option, written(split_, option), std::move(value)};
        const std::string problem = apply(options_, given);
        if (!problem.empty()) throw CLI::ValidationError(given.written, problem);
    }

    /// CLI11 names one side, and not as it was written.
    std::string excluded() const {
        const bool families = has(split_, find_option('4')) && has(split_, find_option('6'));
        return families ? "-4, -6: one of them, or neither for both families"
                        : "--attempt-timeout: it is another name of --timeout: give one of them";
    }

    CLI::App app_;
    const Split& split_;
    Options& options_;
};

/// Who asks for help or the version gets it, whatever else is wrong.
bool asks_for_help(const Split& split, Options& options) {
    for (const GivenOption& given : split.options) {
        const bool counts = given.option->of == every_command || given.option == find_option('v');
        if (counts && !apply(options, given).empty()) return false;
    }
    if (options.action != Action::run) return true;
    options.verbosity = 0;
    return false;
}

}  // namespace

Parsed parse(const std::vector<std::string_view>& arguments) {
    const Split parts = split(arguments);
    Parsed parsed;
    Options& options = parsed.options;
    options = defaults_of(parts.command);
    if (asks_for_help(parts, options)) return parsed;
    std::string problem = CommandLine{parts, options}.parse();
    parsed.errors = parts.errors;
    if (!problem.empty()) parsed.errors.push_back(std::move(problem));
    if (parsed.errors.empty()) parsed.errors = check_together(options, parts);
    return parsed;
}

}  // namespace connprobe::cli
