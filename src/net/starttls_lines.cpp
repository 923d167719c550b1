#include "net/starttls_lines.hpp"

#include <algorithm>

#include "model/text.hpp"

namespace connprobe::net {

namespace {

bool same(std::string_view one, std::string_view other) noexcept {
    return std::ranges::equal(one, other, [](char a, char b) { return lower_case(a) == lower_case(b); });
}

std::string_view first_word(std::string_view text) noexcept { return text.substr(0, text.find(' ')); }

}  // namespace

std::optional<Line> first_line(std::string_view heard) noexcept {
    const auto end = heard.find('\n');
    if (end == heard.npos) return std::nullopt;
    auto text = heard.substr(0, end);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return Line{text, end + 1};
}

bool begins_with_word(std::string_view text, std::string_view word) noexcept { return same(first_word(text), word); }

std::string_view after_first_word(std::string_view text) noexcept {
    text.remove_prefix(first_word(text).size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

bool has_word(std::string_view text, std::string_view word) noexcept {
    for (; !text.empty(); text = after_first_word(text)) {
        if (begins_with_word(text, word)) return true;
    }
    return false;
}

std::optional<ReplyLine> reply_line(std::string_view line) noexcept {
    if (line.size() < 3 || !may_be_reply(line)) return std::nullopt;
    ReplyLine reply;
    for (const char digit : line.substr(0, 3)) reply.code = reply.code * 10 + static_cast<unsigned>(digit - '0');
    reply.last = line.size() == 3 || line[3] == ' ';
    reply.text = line.substr(std::min<std::size_t>(line.size(), 4));
    return reply;
}

bool may_be_reply(std::string_view begin) noexcept {
    if (!std::ranges::all_of(begin.substr(0, 3), is_digit)) return false;
    return begin.size() < 4 || begin[3] == ' ' || begin[3] == '-' || begin.substr(3) == "\r";
}

}  // namespace connprobe::net
