// Text that came from outside, made safe to show: a certificate's subject must not steer a terminal or forge a line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace connprobe {

/// The first character of a text in UTF-8, or the U+FFFD that stands for bytes that are none.
struct DecodedCharacter {
    char32_t value;
    std::size_t bytes;  ///< how many it takes, at least 1
    bool valid;
};

/// Decodes the first character of `text`, which must not be empty. What is not UTF-8 (overlong forms and surrogates
/// too) is one U+FFFD for each maximal subpart (Unicode 15 §3.9, table 3-8).
[[nodiscard]] DecodedCharacter decode_utf8(std::string_view text) noexcept;

/// Is it a byte of UTF-8 that does not begin a character?
[[nodiscard]] constexpr bool continues_character(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

/// Of ASCII alone, whatever the locale.
[[nodiscard]] constexpr char lower_case(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
[[nodiscard]] std::string lower_case(std::string_view text);
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The same text, safe for a terminal, a line of a log, CSV, XML and HTML (whose own escapes come after it): controls,
/// DEL, C1, line and paragraph separators, and the invisible characters that reorder or hide text are spelt out
/// (\n, \x1b, \u202e, \U000e0041), what is not UTF-8 becomes U+FFFD, everything else stays as it is.
[[nodiscard]] std::string printable(std::string_view text);

/// The same, but the bytes of what is not UTF-8 stay known (\xe9).
[[nodiscard]] std::string printable_bytes(std::string_view text);

}  // namespace connprobe
