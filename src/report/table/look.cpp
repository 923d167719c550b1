#include "report/table/look.hpp"

#include <algorithm>
#include <utility>

#include "model/text.hpp"
#include "terminal/text_width.hpp"

namespace connprobe::report::table {

namespace {

constexpr Signs utf8_signs{
    .marks = {"✓", "!", "✗", "?"},
    .shades = {"░", "▒", "▚", "▓", "█"},
    .steps = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
    .sliver = "▏",
    .beyond = "›",
    .none = "–",
    .ellipsis = "…",
};

constexpr Signs ascii_signs{
    .marks = {"ok", "!!", "XX", "??"},
    .shades = {".", "-", "~", "=", "#"},
    .steps = {"_", ".", ":", "-", "=", "+", "*", "#"},
    .sliver = "|",
    .beyond = ">",
    .none = "-",
    .ellipsis = "...",
};

/// What our own sentences use beyond ASCII.
constexpr auto in_ascii = std::to_array<std::pair<char32_t, std::string_view>>({
    {U'…', "..."},
    {U'–', "-"},
    {U'—', "-"},
    {U'’', "'"},
    {U'“', "\""},
    {U'”', "\""},
    {U'µ', "u"},
    {U'\u00A0', " "},
});

void append_ascii(std::string& out, char32_t c) {
    const auto* known =
        std::find_if(in_ascii.begin(), in_ascii.end(), [c](const auto& entry) { return entry.first == c; });
    if (known != in_ascii.end()) {
        out += known->second;
        return;
    }
    out += c < 0x10000 ? "\\u" : "\\U";
    for (int shift = c < 0x10000 ? 12 : 28; shift >= 0; shift -= 4) out += "0123456789abcdef"[(c >> shift) & 0xF];
}

}  // namespace

const Signs& Look::signs() const noexcept { return style_.utf8 ? utf8_signs : ascii_signs; }

std::string Look::text(std::string_view raw) const {
    std::string safe = printable(raw);
    if (style_.utf8 || std::all_of(safe.begin(), safe.end(), [](char c) { return c >= 0; })) return safe;
    std::string out;
    for (std::string_view rest = safe; !rest.empty();) {
        const DecodedCharacter next = decode_utf8(rest);
        if (next.value < 0x80) {
            out += static_cast<char>(next.value);
        } else {
            append_ascii(out, next.value);
        }
        rest.remove_prefix(next.bytes);
    }
    return out;
}

std::string Look::paint(std::string_view text, Ink ink) const { return terminal::paint(text, ink, style_.colour); }

std::string Look::paint(const Cell& cell) const {
    std::string line;
    for (const Span& span : cell) line += paint(span.text, span.ink);
    return line;
}

Ink ink_of(Status status) noexcept {
    switch (status) {
        case Status::up: return Ink::good;
        case Status::degraded: return Ink::warning;
        case Status::down: return Ink::bad;
        case Status::unknown: break;
    }
    return Ink::unknown;
}

std::size_t width_of(const Cell& cell) noexcept {
    std::size_t width = 0;
    for (const Span& span : cell) width += terminal::text_width(span.text);
    return width;
}

}  // namespace connprobe::report::table
