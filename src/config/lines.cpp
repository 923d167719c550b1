#include "config/lines.hpp"

#include <algorithm>

namespace connprobe::config {
namespace {

constexpr std::string_view blank_in_line = " \t\r";

/// Where a comment begins: a # at the beginning or after a blank_in_line, so that one inside a path stays.
std::size_t find_comment(std::string_view line) noexcept {
    for (auto at = line.find('#'); at != line.npos; at = line.find('#', at + 1)) {
        if (at == 0 || blank_in_line.find(line[at - 1]) != blank_in_line.npos) return at;
    }
    return line.npos;
}

}  // namespace

void for_each_line(std::string_view text, const std::function<void(std::string_view, Place)>& use) {
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        line = line.substr(0, find_comment(line));
        const auto start = std::min(line.find_first_not_of(blank_in_line), line.size());
        line = line.substr(start, line.find_last_not_of(blank_in_line) + 1 - start);
        if (!line.empty()) use(line, {number, static_cast<std::uint32_t>(start + 1)});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::size_t count_lines(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
}

}  // namespace connprobe::config
