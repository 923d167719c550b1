#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "cli/wrap.hpp"
#include "config/nearest.hpp"
#include "config/quote.hpp"
#include "connprobe/failure.hpp"
#include "connprobe/result.hpp"
#include "model/next_commands.hpp"
#include "model/shell.hpp"
#include "os/standard_streams.hpp"

namespace connprobe::cli {
namespace {

constexpr std::size_t list_column = 32;

/// Paragraphs, each a line of its own in `text`, set with an indent and an empty line between them.
std::string paragraphs(std::string_view text) {
    std::string set;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        set += "\n  " + wrap(text.substr(0, end), 2, 2) + '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return set;
}

std::string commands_to_try(Code code) {
    constexpr std::size_t indent = 4;
    std::string text;
    for (const NextCommand& command : commands_for(code)) {
        const auto lines = shell_lines(in_general(command), text_width - indent - 2);
        if (command.where != Where::here)
            text.append(indent, ' ')
                .append(command.where == Where::on_the_server ? "# on the server\n" : "# on the proxy\n");
        for (std::size_t i = 0; i < lines.size(); ++i)
            text.append(i == 0 ? indent : indent + 2, ' ').append(lines[i]).append("\n");
    }
    return text.empty() ? text : "\n  Commands:\n" + text;
}

/// A sentence of a clause: with a capital, and with its end unless it asks.
std::string sentence(std::string_view clause) {
    std::string text{clause};
    if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text.ends_with('?') ? text : text + '.';
}

/// The hint is the first thing to try.
std::string with_hint(const CodeInfo& code) {
    constexpr std::string_view lead = "What to try: ";
    std::string text{code.explanation};
    return text.insert(text.find(lead) + lead.size(), sentence(code.hint) + ' ');
}

std::string explained(const CodeInfo& code) {
    const std::string again = code.retried ? "tried again by --retry" : "not tried again: waiting does not heal it";
    return std::string{code.name} + "  (class " + std::string{to_string(code.failure_class)} + "; " + again + ")\n" +
           paragraphs(code.meaning) + paragraphs(with_hint(code)) + commands_to_try(code.code);
}

std::string explained(const WarningInfo& warning) {
    const std::string effect = warning.degrades ? "the server is degraded: exit status 3" : "changes no verdict";
    return std::string{warning.name} + "  (a warning; " + effect + ")\n" + paragraphs(warning.meaning);
}

constexpr std::string_view on_retries = "Those with * are not tried again by --retry\nunless a --retry-rule says so.\n";
constexpr std::string_view for_one = "\nMore about one: connprobe explain CODE\n";

std::string codes_of(FailureClass failure_class) {
    std::string text;
    for (const CodeInfo& code : all_codes()) {
        if (code.failure_class != failure_class) continue;
        text += beside("  " + std::string{code.name} + (code.retried ? "" : " *"), code.meaning, list_column);
    }
    return text;
}

std::string explained(FailureClass failure_class) {
    return "The codes of class " + std::string{to_string(failure_class)} + ". " + std::string{on_retries} + '\n' +
           codes_of(failure_class) + std::string{for_one};
}

std::string list() {
    std::string text = "The codes of failures, by class. " + std::string{on_retries};
    for (const FailureClass failure_class : all_classes())
        text += '\n' + std::string{to_string(failure_class)} + ":\n" + codes_of(failure_class);
    text += "\nwarnings:\n";
    for (const WarningInfo& warning : all_warnings()) {
        text += beside("  " + std::string{warning.name}, warning.meaning, list_column);
    }
    return text.append(for_one);
}

std::optional<std::string> explanation_of(std::string_view name) {
    if (const auto code = code_from_name(name)) return explained(info(*code));
    if (const auto failure_class = class_from_name(name)) return explained(*failure_class);
    const auto warnings = all_warnings();
    const auto found = std::ranges::find(warnings, name, &WarningInfo::name);
    if (found == warnings.end()) return std::nullopt;
    return explained(*found);
}

int unknown(std::string_view name) {
    std::vector<std::string_view> names;
    for (const CodeInfo& code : all_codes()) names.push_back(code.name);
    for (const WarningInfo& warning : all_warnings()) names.push_back(warning.name);
    const std::string_view near = config::nearest(name, names);
    const std::string advice =
        near.empty() ? "connprobe explain lists all codes" : "did you mean " + std::string{near} + '?';
    os::complain("connprobe: explain: unknown code " + config::in_quotes(name) + ": " + advice + '\n');
    return 2;
}

}  // namespace

int explain_command(const Options& options) {
    if (options.words.empty()) return os::print(list());
    const std::string& name = options.words.front();
    const auto text = explanation_of(name);
    return text ? os::print(*text) : unknown(name);
}

}  // namespace connprobe::cli
