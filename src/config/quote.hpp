// Text of unknown origin, made fit to stand in a message.
#pragma once

#include <string>
#include <string_view>

namespace connprobe::config {

/// Escaped and cut after sixty characters, without the user and password of a URL.
[[nodiscard]] std::string quotable(std::string_view text);

/// The same between double quotes.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// The words with commas between them and `or` before the last.
template <typename Words>
[[nodiscard]] std::string one_of(const Words& words) {
    std::string text;
    std::size_t left = std::size(words);
    for (const auto& word : words) {
        text += word;
        if (--left > 0) text += left == 1 ? " or " : ", ";
    }
    return text;
}

}  // namespace connprobe::config
