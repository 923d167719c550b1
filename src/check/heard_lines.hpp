// What a line-based server has said so far, and whether what is expected of it is there. Pure: no socket, no waiting.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connprobe/check.hpp"

namespace connprobe::check {

/// Expectations take what they match; the next one looks at what follows.
class HeardLines {
public:
    void add(std::string_view text);

    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] std::size_t taken() const noexcept { return taken_; }
    void take(std::size_t end) noexcept { taken_ = end; }
    [[nodiscard]] std::string_view rest() const noexcept { return std::string_view{text_}.substr(taken_); }
    /// What follows the line that the last match was in: what was said since.
    [[nodiscard]] std::string_view news() const noexcept;
    /// The beginning of a line whose end has not come yet.
    [[nodiscard]] std::string_view partial() const noexcept;
    /// Nothing more can be held.
    [[nodiscard]] bool full() const noexcept;
    /// How much can be added.
    [[nodiscard]] std::size_t room() const noexcept;
    [[nodiscard]] const std::string& first_line() const noexcept { return first_line_; }

private:
    std::string text_;  ///< what was taken stays as long as there is room: ^ looks at what is before it
    std::size_t taken_ = 0;
    std::string first_line_;
    bool first_line_ended_ = false;
};

/// A regular expression for which ^ and $ match at the ends of lines, also where these are \r\n.
class LineRegex {
public:
    explicit LineRegex(const Regex& regex);
    ~LineRegex();
    LineRegex(const LineRegex&) = delete;
    LineRegex& operator=(const LineRegex&) = delete;

    /// Where the first match at or after `from` ends; none without a match.
    [[nodiscard]] std::optional<std::size_t> match(std::string_view text, std::size_t from) const;

    /// Could more text, that goes on where the match ends, undo it?
    [[nodiscard]] bool may_be_undone(std::string_view text, std::size_t end) const;

    /// Could these bytes be the beginning of a match?
    [[nodiscard]] bool may_begin(std::string_view partial) const;

private:
    struct Compiled;
    std::unique_ptr<const Compiled> compiled_;
};

}  // namespace connprobe::check
