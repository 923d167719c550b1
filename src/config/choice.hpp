// What is said of a word that is none of those from which one is to be chosen.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace connprobe::config {

/// The word that was meant: the nearest, or the only one that it is short for (`pg` for postgres); empty if none is.
[[nodiscard]] std::string_view meant(std::string_view word, std::span<const std::string_view> words);

/// `: did you mean smtp?`, empty if none is meant.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string_view> words);

/// `expected a, b or c, found "d": did you mean a?`
[[nodiscard]] std::string no_choice(std::string_view found, std::span<const std::string_view> words);

}  // namespace connprobe::config
