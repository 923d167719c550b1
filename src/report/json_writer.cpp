#include "report/json_writer.hpp"

#include <algorithm>

#include "model/text.hpp"

namespace connprobe::report {

namespace {

/// Bytes that stand for themselves in a JSON string, all the others need a look.
constexpr std::array<bool, 256> plain = [] {
    std::array<bool, 256> table{};
    for (std::size_t byte = 0x20; byte < 0x7F; ++byte) table[byte] = byte != '"' && byte != '\\';
    return table;
}();

constexpr std::size_t longest_escape = 12;  // a surrogate pair
constexpr char hex_digits[] = "0123456789abcdef";

constexpr char short_escape(char32_t c) {
    switch (c) {
        case '"': return '"';
        case '\\': return '\\';
        case '\b': return 'b';
        case '\f': return 'f';
        case '\n': return 'n';
        case '\r': return 'r';
        case '\t': return 't';
        default: return 0;
    }
}

}  // namespace

void JsonWriter::value(std::string_view text) {
    before_value(1);
    put('"');
    while (!text.empty()) {
        const auto* end = std::find_if_not(text.data(), text.data() + std::min(text.size(), capacity / 2),
                                           [](char c) { return plain[static_cast<unsigned char>(c)]; });
        const auto run = static_cast<std::size_t>(end - text.data());
        room(run + longest_escape);
        append(text.substr(0, run));
        text.remove_prefix(run);
        if (!text.empty() && !plain[static_cast<unsigned char>(text.front())]) text = escape_character(text);
    }
    room(1);
    put('"');
}

/// Writes the first character of `text` and returns the rest. What steers a terminal is escaped too, for JSON is looked
/// at in terminals; the text stays the same.
std::string_view JsonWriter::escape_character(std::string_view text) {
    const DecodedCharacter next = decode_utf8(text);
    const std::string_view bytes = text.substr(0, next.bytes);
    if (const char letter = short_escape(next.value)) {
        put('\\');
        put(letter);
    } else if (!next.valid) {
        append("\xEF\xBF\xBD");
    } else if (printable(bytes) == bytes) {
        append(bytes);
    } else if (next.value < 0x10000) {
        escape_unit(next.value);
    } else {
        escape_unit(0xD800 + ((next.value - 0x10000) >> 10));
        escape_unit(0xDC00 + ((next.value - 0x10000) & 0x3FF));
    }
    return text.substr(next.bytes);
}

void JsonWriter::escape_unit(char32_t unit) {
    append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) put(hex_digits[(unit >> shift) & 0xF]);
}

void JsonWriter::fraction(std::int64_t parts, std::int64_t parts_per_unit) {
    before_value(32);
    if (parts < 0) put('-');
    const auto size = parts < 0 ? -static_cast<std::uint64_t>(parts) : static_cast<std::uint64_t>(parts);
    const auto per_unit = static_cast<std::uint64_t>(parts_per_unit);
    char* begin = buffer_.get();
    at_ = static_cast<std::size_t>(std::to_chars(begin + at_, begin + capacity, size / per_unit).ptr - begin);
    std::uint64_t rest = size % per_unit;
    if (rest != 0) put('.');
    for (std::uint64_t digit = per_unit / 10; rest != 0; digit /= 10) {
        put(static_cast<char>('0' + rest / digit));
        rest %= digit;
    }
}

}  // namespace connprobe::report
