#include "model/secrets.hpp"

#include <algorithm>
#include <utility>

namespace connprobe {

namespace {

constexpr std::size_t worth_hiding = 3;  // fewer letters tell nothing, and many a text ends with them

}  // namespace

std::vector<std::string> longest_first(std::vector<std::string> secrets) {
    std::erase(secrets, "");
    std::ranges::sort(secrets, [](const auto& a, const auto& b) { return a.size() > b.size(); });
    return secrets;
}

std::string hide(std::string text, const std::vector<std::string>& secrets) {
    for (const auto& secret : secrets) {
        if (secret.empty()) continue;
        for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + 3))
            text.replace(at, secret.size(), "***");
    }
    return text;
}

std::size_t begun_secret(std::string_view text, const std::vector<std::string>& secrets) noexcept {
    std::size_t longest = 0;
    for (const std::string_view secret : secrets) {
        if (secret.empty()) continue;
        auto size = std::min(secret.size() - 1, text.size());
        while (size > longest && !text.ends_with(secret.substr(0, size))) --size;
        longest = std::max(longest, size);
    }
    return longest;
}

std::string hide_also_begun(std::string text, const std::vector<std::string>& secrets) {
    text = hide(std::move(text), secrets);
    const auto begun = begun_secret(text, secrets);
    return begun < worth_hiding ? text : text.replace(text.size() - begun, begun, "***");
}

std::string hide_also_cut(std::string text, const std::vector<std::string>& secrets) {
    text = hide(std::move(text), secrets);
    for (auto at = text.size(); at-- > 0;) {
        const auto rest = std::string_view{text}.substr(at);
        if (!rest.starts_with("…") && !rest.starts_with('"')) continue;
        const auto begun = begun_secret(std::string_view{text}.substr(0, at), secrets);
        if (begun >= worth_hiding) text.replace(at -= begun, begun, "***");
    }
    return text;
}

std::string hide_userinfo(std::string_view text) {
    constexpr std::string_view mark = "://";
    const auto begin = text.find(mark), at = text.rfind('@');
    if (begin == text.npos || at == text.npos || at < begin) return std::string{text};
    return std::string{text.substr(0, begin + mark.size())}.append("***").append(text.substr(at));
}

}  // namespace connprobe
