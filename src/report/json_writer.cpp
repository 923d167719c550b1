#include "report/json_writer.hpp"

#include "model/text.hpp"

namespace connprobe::report {

namespace {

constexpr std::uint64_t every_byte(std::uint64_t byte) { return 0x0101010101010101 * byte; }

/// Does any of eight bytes need a look before it may stand in a JSON string: a control, '"', '\\', DEL, beyond ASCII?
/// (A borrow from a byte that does need one may accuse its neighbour too, which is only a waste of time.)
constexpr bool any_special(std::uint64_t bytes) {
    const auto equal_to = [bytes](char c) {
        const std::uint64_t different = bytes ^ every_byte(static_cast<unsigned char>(c));
        return (different - every_byte(1)) & ~different;
    };
    const std::uint64_t controls = bytes - every_byte(0x20);
    return ((bytes | controls | equal_to('"') | equal_to('\\') | equal_to(0x7F)) & every_byte(0x80)) != 0;
}

constexpr bool is_special(char c) { return c < 0x20 || c == 0x7F || c == '"' || c == '\\'; }

/// How many bytes at the beginning of a text stand for themselves.
std::size_t plain_bytes(std::string_view text) {
    std::size_t plain = 0;
    for (std::uint64_t eight; text.size() - plain >= sizeof eight; plain += sizeof eight) {
        std::memcpy(&eight, text.data() + plain, sizeof eight);
        if (any_special(eight)) break;
    }
    while (plain < text.size() && !is_special(text[plain])) ++plain;
    return plain;
}

constexpr std::size_t longest_run = 4096;
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
        const std::size_t run = plain_bytes(text.substr(0, longest_run));
        room(run + longest_escape);
        append(text.substr(0, run));
        text.remove_prefix(run);
        if (!text.empty() && is_special(text.front())) text = escape_character(text);
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

}  // namespace connprobe::report
