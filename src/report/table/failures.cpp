#include "report/table/failures.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "model/advice.hpp"
#include "model/shell.hpp"
#include "report/table/paragraph.hpp"
#include "report/table/standing.hpp"
#include "report/table/units.hpp"
#include "terminal/text_width.hpp"

namespace connprobe::report::table {

namespace {

constexpr std::size_t most_paragraphs = 10;
constexpr std::size_t named_servers = 3;

/// The servers that failed with one code.
struct Group {
    Code code{};
    std::size_t count = 0;
    std::vector<const Result*> first;
};

/// Nothing is wrong with a server that the run did not need and that had no verdict yet.
bool was_not_needed(const Result& result) {
    return result.stopped_by == StoppedBy::enough && result.status == Status::unknown;
}

/// The most frequent last.
std::vector<Group> group_by_code(const InOrder& results, const Goal& goal) {
    std::map<Code, Group> by_code;
    results.for_each([&](const Result& result) {
        if (!result.error || reached(result, goal) || was_not_needed(result)) return;
        Group& group = by_code[result.error->code];
        group.code = result.error->code;
        ++group.count;
        if (group.first.size() < named_servers) group.first.push_back(&result);
    });
    std::vector<Group> groups;
    for (auto& [code, group] : by_code) groups.push_back(std::move(group));
    std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.count < b.count; });
    return groups;
}

/// "db (db.internal:5432): no answer from 10.0.0.5 within 5 s, 3 attempts in 18.1 s."
std::string what_happened(const Result& result, const Look& look) {
    const Target& target = *result.target;
    std::string_view message = result.error->message;
    while (message.ends_with('.')) message.remove_suffix(1);
    std::string text = target.name;
    const bool says_where = message.find(target.written) != std::string_view::npos;
    if (target.written != target.name && !says_where) text.append(" (").append(target.written).append(")");
    if (message.starts_with(text)) text.clear();
    text.append(text.empty() ? "" : ": ").append(message);
    if (result.attempts() > 1) {
        text.append(", ").append(std::to_string(result.attempts())).append(" attempts in ");
        text.append(measured(result.elapsed));
    }
    return look.text(text.append("."));
}

/// A command in lines that can be pasted; empty where the terminal is too narrow for its words.
std::string pasteable(std::string_view command, std::string_view lead, const Look& look) {
    constexpr std::size_t indent = 3, continued = 5, broad = 100;
    const std::size_t columns = look.columns() == 0 ? std::string::npos : std::min(look.columns(), broad);
    const std::size_t room = columns - std::min(columns, indent + lead.size() + 1);
    const auto lines = shell_lines(command, room);
    const auto fits = [&](const std::string& line) { return terminal::text_width(line) <= room; };
    if (!std::all_of(lines.begin(), lines.end(), fits)) return {};
    std::string text(indent, ' ');
    text.append(look.paint(lead, Ink::dim)).append(" ").append(lines.front()).append("\n");
    for (std::size_t i = 1; i < lines.size(); ++i) text.append(continued, ' ').append(lines[i]).append("\n");
    return text;
}

/// With the facts of the server.
std::string commands(const Result& result, const RunInfo& run, const Look& look) {
    constexpr std::array<std::string_view, 3> leads{"Try:", "On the server:", "On the proxy:"};
    const auto& failure = *result.error;
    std::string text;
    for (const auto& [where, command] : commands_about({.target = *result.target,
                                                        .failure = failure,
                                                        .address = result.address,
                                                        .name_server = run.name_server,
                                                        .name_server_port = run.name_server_port})) {
        // Where characters have to be replaced it would be another command; what the hint said is not said again.
        if (look.text(command) != command || failure.hint.find('`' + command + '`') != std::string::npos) continue;
        text += pasteable(command, leads.at(static_cast<std::size_t>(where)), look);
    }
    return text;
}

std::string paragraph(const Group& group, const RunInfo& run, const Look& look) {
    std::string text = "\n";
    for (const Result* result : group.first) {
        text += wrapped(what_happened(*result, look), 1, look, {look.text(result->target->name), Ink::bold});
    }
    if (group.count > group.first.size()) {
        text += wrapped("and " + std::to_string(group.count - group.first.size()) + " more", 1, look);
    }
    text += wrapped(look.text(info(group.code).meaning), 3, look);
    text += wrapped(look.text("Next: " + group.first.front()->error->hint), 3, look, {"Next:", Ink::dim});
    text += commands(*group.first.front(), run, look);
    text += together({"More:", Ink::dim}, "connprobe explain " + std::string(to_string(group.code)), 3, look);
    return text;
}

/// The codes for which there is no paragraph, in one line.
std::string others(const std::vector<Group>& groups, std::size_t count, const Look& look) {
    std::string text = "Also: ";
    for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) text += ", ";
        text.append(to_string(groups[i].code)).append(" (").append(std::to_string(groups[i].count)).append(")");
    }
    return "\n" + wrapped(text, 1, look, {"Also:", Ink::dim});
}

/// Servers that should be gone and are up: there is no failure that says so.
std::string still_accepting(const InOrder& results, const Look& look) {
    std::string text;
    std::size_t count = 0;
    results.for_each([&](const Result& result) {
        if (result.status != Status::up && result.status != Status::degraded) return;
        if (++count > named_servers) return;
        const std::string name = look.text(result.target->name);
        text += wrapped(name + " still accepts connections.", 1, look, {name, Ink::bold});
    });
    if (count > named_servers) text += wrapped("and " + std::to_string(count - named_servers) + " more", 1, look);
    return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string failure_paragraphs(const InOrder& results, const RunInfo& run, const Look& look) {
    const std::vector<Group> groups = group_by_code(results, run.goal);
    const std::size_t omitted = groups.size() > most_paragraphs ? groups.size() - most_paragraphs : 0;
    std::string text = omitted == 0 ? std::string() : others(groups, omitted, look);
    for (std::size_t i = omitted; i < groups.size(); ++i) text += paragraph(groups[i], run, look);
    return wants_gone(run.goal) ? text + still_accepting(results, look) : text;
}

}  // namespace connprobe::report::table
