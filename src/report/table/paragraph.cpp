#include "report/table/paragraph.hpp"

#include <algorithm>
#include <limits>

#include "terminal/text_width.hpp"

namespace connprobe::report::table {

namespace {

constexpr std::size_t longest_line = 100;  ///< longer ones are tiring to read

/// Takes the longest beginning of `text` that fits into `room` and ends before a space; a longer word is broken.
std::string_view take_line(std::string_view& text, std::size_t room) {
    std::string_view line = terminal::fitting_prefix(text, room);
    if (line.size() == text.size()) {
        text = {};
        return line;
    }
    if (line.empty()) line = text.substr(0, 1);
    std::size_t end = line.size();
    if (text[end] != ' ') {
        const std::size_t space = line.find_last_of(' ');
        if (space != std::string_view::npos && space != 0) end = space;
    }
    line = text.substr(0, end);
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace

std::string together(const Span& first, std::string_view second, std::size_t indent, const Look& look) {
    const std::string whole = std::string(first.text).append(" ").append(second);
    const bool fits = look.columns() == 0 || indent + terminal::text_width(whole) <= look.columns();
    if (fits) return wrapped(whole, indent, look, first);
    return wrapped(first.text, indent, look, first) + wrapped(second, indent, look);
}

std::string wrapped(std::string_view text, std::size_t indent, const Look& look, const Span& lead) {
    constexpr std::size_t endless = std::numeric_limits<std::size_t>::max();
    const std::size_t columns = look.columns() == 0 ? endless : look.columns();
    const std::size_t margin = columns > 2 * indent ? indent : 0;
    const std::size_t room = columns == endless ? endless : std::min(columns - margin, longest_line);
    std::string lines;
    bool first = true;
    while (!text.empty()) {
        const std::string_view line = take_line(text, room);
        lines.append(margin, ' ');
        if (first && line.starts_with(lead.text)) {
            lines.append(look.paint(lead.text, lead.ink)).append(line.substr(lead.text.size()));
        } else {
            lines += line;
        }
        lines += '\n';
        first = false;
    }
    return lines;
}

}  // namespace connprobe::report::table
