#include "config/quote.hpp"

#include "model/text.hpp"

namespace connprobe::config {
namespace {

constexpr std::size_t longest = 60;

}  // namespace

std::string quotable(std::string_view text) {
    if (text.size() <= longest) return printable(text);
    auto end = longest;
    while (end > longest - 4 && continues_character(text[end])) --end;
    return printable(text.substr(0, end)) + "...";
}

std::string in_quotes(std::string_view text) { return '"' + quotable(text) + '"'; }

}  // namespace connprobe::config
