#include "config/choice.hpp"

#include <algorithm>
#include <cstddef>

#include "config/nearest.hpp"
#include "config/quote.hpp"

namespace connprobe::config {

namespace {

/// Its first letter, and further ones of it in their order.
bool is_short_for(std::string_view word, std::string_view whole) {
    if (word.size() < 2 || word.size() >= whole.size() || word.front() != whole.front()) return false;
    std::size_t at = 0;
    for (const char c : word) {
        at = whole.find(c, at);
        if (at++ == whole.npos) return false;
    }
    return true;
}

}  // namespace

std::string_view meant(std::string_view word, std::span<const std::string_view> words) {
    const auto fits = [word](std::string_view whole) { return is_short_for(word, whole); };
    const auto near = nearest(word, words);
    if (!near.empty() || std::ranges::count_if(words, fits) != 1) return near;
    return *std::ranges::find_if(words, fits);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> words) {
    const auto near = meant(word, words);
    return near.empty() ? "" : ": did you mean " + std::string{near} + '?';
}

std::string no_choice(std::string_view found, std::span<const std::string_view> words) {
    return "expected " + one_of(words) + ", found " + in_quotes(found) + did_you_mean(found, words);
}

}  // namespace connprobe::config
