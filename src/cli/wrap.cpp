#include "cli/wrap.hpp"

#include <algorithm>

namespace connprobe::cli {

std::string wrap(std::string_view text, std::size_t indent, std::size_t used) {
    std::string lines;
    bool at_start = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (!at_start && used + 1 + end > text_width) {
            lines += '\n' + std::string(indent, ' ');
            used = indent;
        } else if (!at_start) {
            lines += ' ';
            ++used;
        }
        lines += text.substr(0, end);
        used += end;
        at_start = false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string beside(std::string_view left, std::string_view text, std::size_t column) {
    std::string line{left};
    if (line.size() >= column) line += '\n' + std::string(column, ' ');
    if (left.size() < column) line.resize(column, ' ');
    return line + wrap(text, column, column) + '\n';
}

}  // namespace connprobe::cli
