#include "terminal/text_width.hpp"

#include <algorithm>
#include <span>

#include "model/text.hpp"
#include "terminal/width_table.hpp"

namespace connprobe::terminal {

namespace {

bool contains(std::span<const CodePoints> ranges, char32_t c) noexcept {
    const auto after = std::upper_bound(ranges.begin(), ranges.end(), c,
                                        [](char32_t value, const CodePoints& range) { return value < range.first; });
    return after != ranges.begin() && c <= std::prev(after)->last;
}

}  // namespace

std::size_t character_width(char32_t character) noexcept {
    if (character < narrow_below) return 1;
    if (contains(no_columns, character)) return 0;
    return contains(two_columns, character) ? 2 : 1;
}

std::size_t text_width(std::string_view text) noexcept {
    std::size_t width = 0;
    while (!text.empty()) {
        const DecodedCharacter next = decode_utf8(text);
        width += character_width(next.value);
        text.remove_prefix(next.bytes);
    }
    return width;
}

std::string_view fitting_prefix(std::string_view text, std::size_t columns) noexcept {
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        const DecodedCharacter next = decode_utf8(text.substr(bytes));
        const std::size_t width = character_width(next.value);
        if (width > columns) break;
        columns -= width;
        bytes += next.bytes;
    }
    return text.substr(0, bytes);
}

std::string elide(std::string_view text, std::size_t columns, std::string_view ellipsis) {
    if (fitting_prefix(text, columns).size() == text.size()) return std::string(text);
    const std::size_t its_width = text_width(ellipsis);
    if (its_width > columns) return std::string(fitting_prefix(text, columns));
    return std::string(fitting_prefix(text, columns - its_width)).append(ellipsis);
}

std::string elide_middle(std::string_view text, std::size_t columns, std::string_view ellipsis) {
    const std::size_t width = text_width(text);
    const std::size_t its_width = text_width(ellipsis);
    if (width <= columns || columns < its_width + 2) return elide(text, columns, ellipsis);
    const std::size_t after = (columns - its_width) / 2;
    const std::string_view beginning = fitting_prefix(text, columns - its_width - after);
    // Cutting a wide character in two leaves one column more to the prefix than needed: cut behind it instead.
    std::string_view end = text.substr(fitting_prefix(text, width - after).size());
    while (text_width(end) > after) end.remove_prefix(decode_utf8(end).bytes);
    return std::string(beginning).append(ellipsis).append(end);
}

}  // namespace connprobe::terminal
