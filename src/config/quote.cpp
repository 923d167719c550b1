#include "config/quote.hpp"

#include "model/secrets.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

constexpr std::size_t longest = 60;

}  // namespace

std::string quotable(std::string_view text) {
    const auto shown = hide_userinfo(text);
    if (shown.size() <= longest) return printable(shown);
    auto end = longest;
    while (end > longest - 4 && continues_character(shown[end])) --end;
    return printable(shown.substr(0, end)) + "...";
}

std::string in_quotes(std::string_view text) { return '"' + quotable(text) + '"'; }

}  // namespace connprobe::config
