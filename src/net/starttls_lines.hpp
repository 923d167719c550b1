// Lines of the text protocols that can change to TLS, and the replies of SMTP and FTP that are made of them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace connprobe::net {

struct Line {
    std::string_view text;  ///< without its end
    std::size_t bytes = 0;  ///< with its end
};

/// The first line of what was heard, if its end has come. A lone LF ends it as well: some servers write no CR.
[[nodiscard]] std::optional<Line> first_line(std::string_view heard) noexcept;

/// Does it begin with the word, in any case of letters, and does the word end there?
[[nodiscard]] bool begins_with_word(std::string_view text, std::string_view word) noexcept;

/// Without what stands before the first blank, and the blanks.
[[nodiscard]] std::string_view after_first_word(std::string_view text) noexcept;

/// Is one of its words, in any case of letters, this?
[[nodiscard]] bool has_word(std::string_view text, std::string_view word) noexcept;

/// One line of a reply as SMTP and FTP have it: "250-SIZE" and, the last, "250 STARTTLS" (RFC 5321 §4.2, RFC 959 §4.2).
struct ReplyLine {
    unsigned code = 0;
    bool last = false;
    std::string_view text;  ///< after code and hyphen
};

/// None for a line that is none.
[[nodiscard]] std::optional<ReplyLine> reply_line(std::string_view line) noexcept;

/// Could the beginning of a line become one?
[[nodiscard]] bool may_be_reply(std::string_view begin) noexcept;

}  // namespace connprobe::net
