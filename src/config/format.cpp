#include "config/format.hpp"

#include <algorithm>
#include <array>

#include "config/host.hpp"
#include "config/json.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

struct Ending {
    std::string_view ending;
    Format format;
};

constexpr std::array<Ending, 7> endings{{
    {".json", Format::json},
    {".yaml", Format::yaml},
    {".yml", Format::yaml},
    {".ndjson", Format::ndjson},
    {".jsonl", Format::ndjson},
    {".txt", Format::lines},
    {".list", Format::lines},
}};

constexpr std::string_view blank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
    return text.substr(0, text.find_last_not_of(blank) + 1);
}

/// The first line that says anything in any format.
std::string_view first_line(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trimmed(text.substr(0, end));
        if (!line.empty() && line.front() != '#') return line;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
}

bool looks_like_yaml(std::string_view line) {
    if (line.starts_with("---") || line.starts_with("- ") || line == "-" || line.starts_with("%YAML")) return true;
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0) return false;
    return colon + 1 == line.size() || line[colon + 1] == ' ' || line[colon + 1] == '\t';
}

Format by_content(std::string_view text) {
    const auto start = std::min(text.find_first_not_of(blank), text.size());
    const auto rest = text.substr(start);
    if (rest.starts_with('{') || rest.starts_with('[')) {
        // [2001:db8::1]:443 is a line; the list in JSON that would begin so is none
        const auto end = end_of_first_value(rest);
        const auto after = end == rest.npos ? std::string_view{} : trimmed(rest.substr(end));
        if (rest.starts_with('[') && end != rest.npos && parse_address(rest.substr(1, rest.find_first_of("]/") - 1))) {
            return Format::lines;
        }
        return after.starts_with('{') || after.starts_with('[') || after.starts_with('"') ? Format::ndjson
                                                                                          : Format::json;
    }
    return looks_like_yaml(first_line(text)) ? Format::yaml : Format::lines;
}

}  // namespace

DetectedFormat detect_format(const Source& source, std::string_view text) {
    if (source.format != Format::automatic) return {source.format, "as said"};
    const auto name = lower_case(source.file);
    for (const auto& [ending, format] : endings) {
        if (name.size() > ending.size() && name.ends_with(ending)) return {format, "by its ending"};
    }
    return {by_content(text), "by its content"};
}

std::string_view to_string(Format format) noexcept {
    constexpr std::array<std::string_view, 5> names{"automatic", "JSON", "YAML", "NDJSON", "lines"};
    return names[static_cast<std::size_t>(format)];
}

}  // namespace connprobe::config
