// Secrets that others repeat, made unreadable before anybody is shown what they said.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace connprobe {

/// In the order in which they are to be hidden: a short one within a longer one would leave the rest of it to be seen.
[[nodiscard]] std::vector<std::string> longest_first(std::vector<std::string> secrets);

/// The same text with *** for each of them.
[[nodiscard]] std::string hide(std::string text, const std::vector<std::string>& secrets);

/// How many bytes at its end may be the beginning of one of them, whose rest has not come yet.
[[nodiscard]] std::size_t begun_secret(std::string_view text, const std::vector<std::string>& secrets) noexcept;

/// As `hide`, of a text that may end within a secret.
[[nodiscard]] std::string hide_also_begun(std::string text, const std::vector<std::string>& secrets);

/// As `hide`, of a sentence that quotes others and cuts them short, perhaps within a secret.
[[nodiscard]] std::string hide_also_cut(std::string text, const std::vector<std::string>& secrets);

/// A text that should have been something else, without what stands before the last @ of a URL in it.
[[nodiscard]] std::string hide_userinfo(std::string_view text);

}  // namespace connprobe
