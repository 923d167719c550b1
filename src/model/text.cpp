#include "model/text.hpp"

#include <algorithm>
#include <array>

namespace connprobe {

namespace {

constexpr char32_t replacement = 0xFFFD;

/// How many continuation bytes follow a leading byte, and in which range the first of them lies (Unicode 15 table 3-7).
struct Lead {
    std::size_t following;
    unsigned char low, high;
};

constexpr Lead lead_of(unsigned char byte) noexcept {
    if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
    if (byte == 0xE0) return {2, 0xA0, 0xBF};
    if (byte == 0xED) return {2, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
    if (byte == 0xF0) return {3, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
    if (byte == 0xF4) return {3, 0x80, 0x8F};
    return {0, 0, 0};
}

struct Range {
    char32_t first, last;
};

/// What reorders, hides or breaks text without being seen: UTR #36; categories Cc, Zl, Zp, most of Cf.
/// ZERO WIDTH JOINER and NON-JOINER stay: Persian and emoji need them.
constexpr std::array unsafe = std::to_array<Range>({
    {0x0000, 0x001F},    // C0
    {0x007F, 0x009F},    // DEL, C1
    {0x061C, 0x061C},    // ARABIC LETTER MARK
    {0x180E, 0x180E},    // MONGOLIAN VOWEL SEPARATOR
    {0x200B, 0x200B},    // ZERO WIDTH SPACE
    {0x200E, 0x200F},    // LEFT-TO-RIGHT MARK, RIGHT-TO-LEFT MARK
    {0x2028, 0x202E},    // line and paragraph separator, bidi embeddings and overrides
    {0x2060, 0x206F},    // WORD JOINER, invisible operators, bidi isolates, deprecated format characters
    {0xFEFF, 0xFEFF},    // ZERO WIDTH NO-BREAK SPACE
    {0xFFF9, 0xFFFB},    // interlinear annotation
    {0xE0000, 0xE007F},  // tags
});

constexpr bool is_unsafe(char32_t c) noexcept {
    return std::any_of(unsafe.begin(), unsafe.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

void append_hex(std::string& out, char32_t value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += "0123456789abcdef"[(value >> shift) & 0xF];
}

void append_escape(std::string& out, char32_t c) {
    switch (c) {
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    const int digits = c < 0x80 ? 2 : c < 0x10000 ? 4 : 8;
    out += digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U";
    append_hex(out, c, digits);
}

constexpr bool is_plain(char c) noexcept { return c >= 0x20 && c < 0x7F; }

}  // namespace

DecodedCharacter decode_utf8(std::string_view text) noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) return {first, 1, true};
    auto [following, low, high] = lead_of(first);
    if (following == 0) return {replacement, 1, false};
    char32_t value = first & (0x3Fu >> following);
    for (std::size_t i = 1; i <= following; ++i, low = 0x80, high = 0xBF) {
        if (i >= text.size()) return {replacement, i, false};
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < low || byte > high) return {replacement, i, false};
        value = value << 6 | (byte & 0x3F);
    }
    return {value, following + 1, true};
}

bool is_valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const DecodedCharacter next = decode_utf8(text);
        if (!next.valid) return false;
        text.remove_prefix(next.bytes);
    }
    return true;
}

std::string lower_case(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) c = lower_case(c);
    return lower;
}

std::string printable(std::string_view text) {
    const auto plain = std::find_if_not(text.begin(), text.end(), is_plain) - text.begin();
    std::string out(text.substr(0, static_cast<std::size_t>(plain)));
    text.remove_prefix(static_cast<std::size_t>(plain));
    while (!text.empty()) {
        const DecodedCharacter next = decode_utf8(text);
        if (!next.valid) {
            out += "\xEF\xBF\xBD";
        } else if (is_unsafe(next.value)) {
            append_escape(out, next.value);
        } else {
            out += text.substr(0, next.bytes);
        }
        text.remove_prefix(next.bytes);
    }
    return out;
}

std::string printable_bytes(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const DecodedCharacter next = decode_utf8(text);
        const auto bytes = text.substr(0, next.bytes);
        if (next.valid) out += printable(bytes);
        for (const char each : next.valid ? std::string_view{} : bytes) {
            out += "\\x";
            append_hex(out, static_cast<unsigned char>(each), 2);
        }
        text.remove_prefix(next.bytes);
    }
    return out;
}

}  // namespace connprobe
