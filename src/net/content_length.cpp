#include "net/content_length.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

#include "net/http_reply.hpp"

namespace connprobe::net {

namespace {

std::optional<std::uint64_t> length_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    // The largest number is http_parser's word for none.
    const bool good =
        error == std::errc{} && end == text.data() + text.size() && number != std::numeric_limits<std::uint64_t>::max();
    return good ? std::optional{number} : std::nullopt;
}

std::string_view without_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

void add(ContentLength& length, std::string_view value) {
    for (std::size_t at = 0; at <= value.size();) {
        const auto comma = std::min(value.find(',', at), value.size());
        const auto each = length_in(without_blanks(value.substr(at, comma - at)));
        if (!each) length.malformed = true;
        if (each && length.bytes && *length.bytes != *each) length.disputed = true;
        if (each) length.bytes = each;
        at = comma + 1;
    }
}

}  // namespace

ContentLength content_length(const std::vector<HttpHeader>& headers) {
    ContentLength length;
    for (const auto& [name, value] : headers)
        if (same_name(name, "content-length")) add(length, value);
    return length;
}

}  // namespace connprobe::net
