#include "config/select.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "config/quote.hpp"

namespace connprobe::config {
namespace {

constexpr std::size_t most_shown = 20;

bool has_tag(const Target& target, std::string_view tag) {
    return std::find(target.tags.begin(), target.tags.end(), tag) != target.tags.end();
}

/// `a,b,!c`: a and b and not c.
bool fits(const Target& target, std::string_view tags) {
    for (;;) {
        const auto comma = tags.find(',');
        const auto word = tags.substr(0, comma);
        const bool wanted = !word.starts_with('!');
        if (has_tag(target, wanted ? word : word.substr(1)) != wanted) return false;
        if (comma == tags.npos) return true;
        tags.remove_prefix(comma + 1);
    }
}

bool has_empty_word(std::string_view tags) {
    for (;;) {
        const auto comma = tags.find(',');
        const auto word = tags.substr(0, comma);
        if (word.empty() || word == "!") return true;
        if (comma == tags.npos) return false;
        tags.remove_prefix(comma + 1);
    }
}

std::string listed(const std::set<std::string_view>& words) {
    std::string text;
    std::size_t shown = 0;
    for (const auto word : words) {
        if (shown == most_shown) return text + " and " + std::to_string(words.size() - shown) + " more";
        text += (shown++ > 0 ? ", " : "") + quotable(word);
    }
    return text;
}

}  // namespace

void check_selection(const Selection& selection, Problems& problems) {
    for (const auto& tags : selection.tags) {
        if (has_empty_word(tags)) problems.error("--tag: expected TAG, TAG,TAG or !TAG, found " + in_quotes(tags));
    }
    for (const auto& name : selection.names) {
        if (name.empty()) problems.error("--name: expected a name or a pattern such as 'db-*', found \"\"");
    }
}

bool is_selected(const Target& target, const Selection& selection) {
    const auto has_name = [&](const std::string& glob) { return ::fnmatch(glob.c_str(), target.name.c_str(), 0) == 0; };
    const auto has_tags = [&](const std::string& tags) { return fits(target, tags); };
    const auto any = [](const std::vector<std::string>& values, auto fits_one) {
        return values.empty() || std::any_of(values.begin(), values.end(), fits_one);
    };
    return any(selection.tags, has_tags) && any(selection.names, has_name);
}

std::string nothing_selected(const std::vector<Target>& all, const Selection& selection) {
    std::string options;
    for (const auto& tags : selection.tags) options += " --tag " + quotable(tags);
    for (const auto& name : selection.names) options += " --name " + quotable(name);
    std::set<std::string_view> tags, names;
    for (const auto& target : all) {
        tags.insert(target.tags.begin(), target.tags.end());
        names.insert(target.name);
    }
    const bool is_one = all.size() == 1, is_one_option = selection.tags.size() + selection.names.size() == 1;
    auto text = "no server is left to probe:" + options + (is_one_option ? " leaves out " : " leave out ") +
                (is_one ? "the only one" : "all " + std::to_string(all.size()));
    if (!selection.tags.empty() && tags.empty()) text += is_one ? "; it has no tag" : "; none of them has a tag";
    if (!tags.empty()) text += (is_one ? "; its tags are " : "; their tags are ") + listed(tags);
    if (!selection.names.empty()) text += (is_one ? "; its name is " : "; their names are ") + listed(names);
    return text;
}

}  // namespace connprobe::config
