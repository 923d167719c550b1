#include "cli/check.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace connprobe::cli {
namespace {

/// Two names of one file are one place.
std::string place_of(const std::string& file) {
    if (file.empty()) return {};
    std::error_code error;
    // Made absolute first: what does not exist yet stays relative otherwise.
    const auto canonical = std::filesystem::weakly_canonical(std::filesystem::absolute(file, error), error);
    return error ? file : canonical.string();
}

/// A list of servers is easily lost to `-s servers.json -o servers.json`.
bool is_server_list(const Options& options, const std::string& place) {
    return std::ranges::any_of(options.request.sources, [&](const config::Source& source) {
        return source.file != "-" && !place.empty() && place_of(source.file) == place;
    });
}

void check_outputs(const Options& options, std::vector<std::string>& errors) {
    std::vector<std::string> places;
    for (const Output& output : options.outputs) {
        const std::string place = place_of(output.file);
        const auto found = std::ranges::find(places, place);
        if (found != places.end()) {
            const Output& other = options.outputs[static_cast<std::size_t>(found - places.begin())];
            const std::string where = place.empty() ? "standard output" : output.file;
            errors.push_back(output.written + ": " + other.written + " already writes to " + where +
                             ": give one of them a file of its own, as in --output json=FILE");
        } else if (options.quiet && place.empty()) {
            errors.push_back(output.written +
                             ": --quiet lets nothing go to standard output: give it a file, or drop --quiet");
        } else if (is_server_list(options, place)) {
            errors.push_back(output.written + ": it would overwrite the list of servers: give another FILE");
        }
        places.push_back(place);
    }
}

/// `--retry 5` says how many attempts there are; --max-attempts says it again.
void check_retry(const Options& options, std::vector<std::string>& errors) {
    const auto& values = options.request.options;
    const auto counts = [](const config::OptionValue& value) { return value.key == "retry.max_attempts"; };
    const auto first = std::ranges::find_if(values, counts);
    if (first == values.end() || first->option != "--retry") return;
    const auto second = std::find_if(first + 1, values.end(), counts);
    if (second == values.end()) return;
    errors.push_back(second->option + ": --retry already asks for " + first->value +
                     " attempts: write --retry exponential --max-attempts " + second->value);
}

void check_words(const Options& options, std::vector<std::string>& errors) {
    const auto& words = options.words;
    switch (options.command) {
        case Command::probe:
        case Command::wait:
        case Command::warm: return;
        case Command::demo:
            if (!words.empty())
                errors.push_back(words[0] + ": demo has servers of its own: write connprobe demo, or connprobe " +
                                 words[0]);
            return;
        case Command::explain:
            if (words.size() > 1) errors.push_back(words[1] + ": one code at a time: connprobe explain " + words[0]);
            return;
        case Command::completion:
            if (words.size() != 1)
                errors.emplace_back("completion: for which shell? Write connprobe completion bash, zsh or fish");
            return;
    }
}

/// In wait and warm --timeout is another name of --deadline.
void check_deadline(const Split& split, std::vector<std::string>& errors) {
    const GivenOption* first = nullptr;
    for (const GivenOption& given : split.options) {
        if (given.option->name != "deadline") continue;
        if (first == nullptr) first = &given;
        if (first->written == given.written) continue;
        errors.push_back(given.written + ": it is another name of " + first->written + " here: give one of them");
        return;
    }
}

void add_table(Options& options) {
    const bool printed = std::ranges::any_of(options.outputs, [](const Output& output) { return output.file.empty(); });
    if (printed || options.quiet) return;
    options.outputs.insert(options.outputs.begin(), Output{report::find_format("table"), {}, "the table", false, true});
}

}  // namespace

/// What is about a hold, without one; and what CMD alone decides.
void check_hold(const Options& options, const Split& split, std::vector<std::string>& errors) {
    const auto given = [&](std::string_view name) { return has(split, find_option(name, options.command)); };
    if (!options.cmd.empty() && options.warm.hold)
        errors.emplace_back("--hold: with a command the connections are held while it runs: drop --hold");
    if (options.cmd.empty() && options.pass_fds) errors.emplace_back("--pass-fds: to whom? Write the command after --");
    const bool holds = options.warm.hold || (!options.cmd.empty() && !options.pass_fds);
    for (const std::string_view name : {"keepalive", "max-lifetime"})
        if (given(name) && !holds)
            errors.push_back("--" + std::string{name} + ": nothing is held" +
                             (options.pass_fds ? " where connections are passed on" : ": add --hold TIME"));
    for (const std::string_view name : {"steady-window", "steady-within", "steady-windows", "steady-limit"})
        if (given(name) && !options.until_steady)
            errors.push_back("--" + std::string{name} + ": it is about --until-steady, which is not given");
}

std::vector<std::string> check_together(Options& options, const Split& split) {
    std::vector<std::string> errors;
    options.words = split.words;
    options.cmd = split.cmd;
    if (contains(probing, options.command)) options.request.arguments = split.words;
    check_words(options, errors);
    check_outputs(options, errors);
    check_retry(options, errors);
    check_deadline(split, errors);
    if (options.command == Command::warm) check_hold(options, split, errors);
    add_table(options);
    const LogLevel asked = options.verbosity == 0   ? LogLevel::off
                           : options.verbosity == 1 ? LogLevel::info
                                                    : LogLevel::debug;
    options.log_level = std::max(options.log_level, asked);
    return errors;
}

}  // namespace connprobe::cli
