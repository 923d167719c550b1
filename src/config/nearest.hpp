// "Did you mean …?": the known word that is nearest to a misspelt one.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace connprobe::config {

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string
/// alignment, the restricted Damerau–Levenshtein distance).
[[nodiscard]] std::size_t edit_distance(std::string_view from, std::string_view to);

/// The nearest of the words, empty if none is near enough to be meant.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> words);

}  // namespace connprobe::config
