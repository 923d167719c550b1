#include "cli/dry_run.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

#include "cli/schedule.hpp"
#include "cli/wrap.hpp"
#include "model/readable.hpp"
#include "model/text.hpp"

namespace connprobe::cli {
namespace {

constexpr std::size_t key_column = 24;
constexpr std::size_t value_column = 52;
constexpr std::size_t most_names = 20;

/// Servers that are asked in the same way are shown together, so that a long list stays readable.
struct Likeness {
    std::vector<std::size_t> servers;
};

std::string padded(std::string text, std::size_t column) {
    text += ' ';
    if (text.size() < column) text.resize(column, ' ');
    return text;
}

std::string heading(const Target& target) {
    std::string text = target.name == target.written ? target.name : target.name + "  " + target.written;
    if (!target.address.empty()) text += "  at " + target.address;
    for (const std::string& tag : target.tags) text += (tag == target.tags.front() ? "  [" : ", ") + tag;
    if (!target.tags.empty()) text += ']';
    return printable(text);
}

/// What tells one way of asking from another, in a form that can be compared.
using Key = std::vector<std::tuple<std::string, std::string, std::string>>;

Key key_of(const std::vector<config::Origin>& origins) {
    Key key;
    for (const config::Origin& origin : origins) key.emplace_back(origin.key, origin.value, origin.origin);
    return key;
}

std::vector<Likeness> alike(const config::Outcome& servers) {
    std::vector<Likeness> groups;
    std::map<Key, std::size_t> known;
    for (std::size_t i = 0; i < servers.targets.size(); ++i) {
        const auto [place, is_new] = known.try_emplace(key_of(servers.origins[i]), groups.size());
        if (is_new) groups.emplace_back();
        groups[place->second].servers.push_back(i);
    }
    return groups;
}

std::string origins_text(const std::vector<config::Origin>& origins) {
    std::string text;
    for (const config::Origin& origin : origins) {
        const std::string value = padded("    " + origin.key, key_column) + printable(origin.value);
        text += padded(value, value_column) + printable(origin.origin) + '\n';
    }
    return text;
}

std::string schedule_text(const Options& options, const Target& target) {
    const auto seed = options.seeded ? std::optional{options.prober.seed} : std::nullopt;
    std::string text;
    for (const std::string& line : retry_schedule(target.settings->retry, seed, target.name)) {
        text += "    " + wrap(line, 6, 4) + '\n';
    }
    return text;
}

std::string group_text(const Options& options, const config::Outcome& servers, const Likeness& group) {
    const Target& first = servers.targets[group.servers.front()];
    const bool drawn = options.seeded && has_jitter(first.settings->retry);  // then each server has times of its own
    std::string text = "\n";
    for (std::size_t i = 0; i < group.servers.size(); ++i) {
        if (i == most_names) {
            text += "  and " + std::to_string(group.servers.size() - i) + " more\n";
            break;
        }
        const Target& target = servers.targets[group.servers[i]];
        text += heading(target) + '\n';
        if (drawn) text += schedule_text(options, target);
    }
    text += origins_text(servers.origins[group.servers.front()]);
    if (!drawn) text += schedule_text(options, first);
    return text;
}

/// What ends a wait, and when a server has what is waited for.
std::string wait_text(const ProberOptions& prober) {
    const bool gone = prober.goal.state == Goal::State::gone;
    const std::string wanted = gone ? "gone (--down)" : "up";
    const std::uint32_t times = prober.goal.consecutive;
    std::string text = prober.deadline.count() == 0 ? "waits without end" : "waits up to " + readable(prober.deadline);
    text += " (--deadline) until they are " + wanted;
    if (times > 1) text += ", each " + std::to_string(times) + " times in a row (--consecutive)";
    return text + '\n';
}

}  // namespace

std::string dry_run(const Options& options, const config::Outcome& servers) {
    std::string text;
    for (const std::string& format : servers.formats) text += format + '\n';
    const std::size_t count = servers.targets.size();
    text += std::to_string(count) + (count == 1 ? " server" : " servers");
    if (servers.filtered > 0) text += ", " + std::to_string(servers.filtered) + " left out by --tag and --name";
    text += "; nothing is probed\n";
    if (options.command == Command::wait) text += wait_text(options.prober);
    for (const Likeness& group : alike(servers)) text += group_text(options, servers, group);
    return text;
}

}  // namespace connprobe::cli
