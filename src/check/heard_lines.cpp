#include "check/heard_lines.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "check/conversation.hpp"
#include "check/expressions.hpp"
#include "model/text.hpp"

namespace connprobe::check {

namespace {

std::optional<std::size_t> end_of_match(const RE2& regex, std::string_view text, std::size_t from) {
    re2::StringPiece found;
    const re2::StringPiece whole{text.data(), text.size()};
    if (!regex.Match(whole, from, text.size(), RE2::UNANCHORED, &found, 1)) return std::nullopt;
    return static_cast<std::size_t>(found.data() - text.data()) + found.size();
}

/// The same text with every \r\n as \n.
std::string with_plain_ends(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r' || !text.substr(i + 1).starts_with('\n')) plain += text[i];
    }
    return plain;
}

/// The place in the text where that many characters of the plain one have passed.
std::size_t place_in(std::string_view text, std::size_t plain) {
    std::size_t i = 0;
    for (; plain > 0; ++i) {
        if (text[i] != '\r' || !text.substr(i + 1).starts_with('\n')) --plain;
    }
    return i;
}

}  // namespace

void HeardLines::add(std::string_view text) {
    if (!first_line_ended_) {
        const auto end = text.find_first_of("\r\n");
        first_line_.append(text.substr(0, end));
        first_line_ended_ = end != text.npos;
    }
    if (text_.size() + text.size() > most_held && taken_ > 1) {
        text_.erase(0, taken_ - 1);
        taken_ = 1;
    }
    text_.append(text);
}

std::string_view HeardLines::news() const noexcept {
    if (taken_ == 0 || text_[taken_ - 1] == '\n') return rest();
    const auto end = rest().find('\n');
    return end == std::string_view::npos ? std::string_view{} : rest().substr(end + 1);
}

std::string_view HeardLines::partial() const noexcept {
    const auto end = news().rfind('\n');
    return end == std::string_view::npos ? news() : news().substr(end + 1);
}

std::size_t HeardLines::room() const noexcept { return most_held - std::min(rest().size() + 1, most_held); }
bool HeardLines::full() const noexcept { return room() == 0; }

struct LineRegex::Compiled {
    RE2 regex;
    RE2 of_bytes;
    RE2 as_written;
    bool looks_at_ends;  // of lines
    bool depends_on_end;

    [[nodiscard]] std::optional<std::size_t> find(std::string_view text, std::size_t from) const {
        const auto end = end_of_match(regex, text, from);
        return end || is_valid_utf8(text.substr(from)) ? end : end_of_match(of_bytes, text, from);
    }
};

LineRegex::LineRegex(const Regex& regex)
    : compiled_{new Compiled{.regex{"(?m)" + regex, RE2::Quiet},
                             .of_bytes{"(?m)" + regex, in_bytes()},
                             .as_written{regex, RE2::Quiet},
                             .looks_at_ends = regex.find('$') != regex.npos,
                             .depends_on_end = check::depends_on_end(regex)}} {}
LineRegex::~LineRegex() = default;

std::optional<std::size_t> LineRegex::match(std::string_view text, std::size_t from) const {
    if (const auto end = compiled_->find(text, from)) return end;
    if (!compiled_->looks_at_ends || text.find("\r\n", from) == text.npos) return std::nullopt;
    const auto plain = with_plain_ends(text);
    const auto end = compiled_->find(plain, with_plain_ends(text.substr(0, from)).size());
    if (!end) return std::nullopt;
    return place_in(text, *end);
}

bool LineRegex::may_be_undone(std::string_view text, std::size_t end) const {
    return compiled_->depends_on_end && end == text.size();
}

bool LineRegex::may_begin(std::string_view partial) const {
    std::string least, most;
    if (partial.empty()) return true;
    return compiled_->as_written.PossibleMatchRange(&least, &most, 64) && least.starts_with(partial);
}

}  // namespace connprobe::check
