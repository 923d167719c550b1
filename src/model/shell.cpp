#include "model/shell.hpp"

#include <algorithm>

#include "model/text.hpp"

namespace connprobe {

namespace {

bool needs_no_quotes(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"._/:@%+=,-"}.find(c) != std::string_view::npos;
}

/// Takes the first word and the blank behind it; a blank between quotes or brackets is part of its word.
std::string_view take_word(std::string_view& text) noexcept {
    char until = ' ';
    std::size_t end = 0;
    for (; end < text.size() && (until != ' ' || text[end] != ' '); ++end) {
        const char c = text[end];
        if (until == ' ' && c == '\\')
            ++end;  // as in 'it'\''s'
        else if (until == ' ')
            until = c == '\'' ? c : c == '[' ? ']' : ' ';
        else if (c == until)
            until = ' ';
    }
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

}  // namespace

std::string shell_word(std::string_view text) {
    constexpr std::size_t longest = 300;
    if (text.empty() || text.size() > longest || text.starts_with('-') || printable(text) != text) return {};
    if (std::ranges::all_of(text, needs_no_quotes)) return std::string{text};
    std::string quoted{'\''};
    for (const char c : text) quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return quoted + '\'';
}

std::vector<std::string> shell_lines(std::string_view command, std::size_t most) {
    constexpr std::string_view more = " \\";
    std::vector<std::string> lines(1);
    while (!command.empty()) {
        const auto word = take_word(command);
        auto& line = lines.back();
        const auto after = command.empty() ? 0 : more.size();
        if (!line.empty() && line.size() + 1 + word.size() + after > most) {
            line += more;
            lines.emplace_back(word);
        } else {
            line.append(line.empty() ? "" : " ").append(word);
        }
    }
    return lines;
}

}  // namespace connprobe
