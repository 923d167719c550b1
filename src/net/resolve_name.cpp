#include "net/resolve_name.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstddef>

#include "model/text.hpp"

namespace connprobe::net {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_character(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

Failure bad_name(std::string message, std::string hint = {}) {
    return make_failure(Phase::resolve, Code::bad_name, std::move(message), std::move(hint));
}

std::optional<Failure> reject_characters(std::string_view name) {
    const auto wrong = std::ranges::find_if_not(name, is_name_character);
    if (wrong == name.end()) return {};
    const auto place = std::to_string(wrong - name.begin() + 1);
    if (!std::ranges::all_of(name, is_ascii))
        return bad_name("the name " + quoted(name) + " holds characters that are not ASCII, the first at " + place,
                        "write its ASCII form (xn--…), as `idn2 NAME` prints it");
    return bad_name("the name " + quoted(name) + " holds a " + (*wrong == ' ' ? "space" : quoted({&*wrong, 1})) +
                        " at character " + place,
                    "a host name holds letters, digits, hyphens, underscores and dots");
}

std::optional<Failure> reject_labels(std::string_view name) {
    constexpr std::size_t longest_label = 63, longest_name = 253;  // RFC 1035 §2.3.4, as text
    if (name.size() > longest_name)
        return bad_name(
            "the name has " + std::to_string(name.size()) + " characters, more than the 253 that a name may have",
            "correct the name");
    for (std::size_t begin = 0; begin <= name.size();) {
        const auto end = std::min(name.find('.', begin), name.size());
        const auto label = name.substr(begin, end - begin);
        if (label.empty())
            return bad_name("the name " + quoted(name) + " has an empty label: nothing before, after or between dots",
                            "correct the name: was a variable left empty?");
        if (label.size() > longest_label)
            return bad_name("the label " + quoted(label) + " has " + std::to_string(label.size()) +
                                " characters, more than the 63 that a label may have",
                            "correct the name");
        begin = end + 1;
    }
    return {};
}

/// Other programs take 127.1 or 0x7f.1 for addresses, a DNS server does not: nobody may have meant either.
std::optional<Failure> reject_numbers(std::string_view name) {
    const std::string text{name};
    in_addr address{};
    if (::inet_aton(text.c_str(), &address) != 0) {
        char written[INET_ADDRSTRLEN];
        ::inet_ntop(AF_INET, &address, written, sizeof written);
        return bad_name(quoted(name) + " is not a name, but an unusual way to write an address",
                        std::string{"write "} + written);
    }
    if (!std::ranges::all_of(name, [](char c) { return is_digit(c) || c == '.'; })) return {};
    return bad_name(quoted(name) + " is neither a name nor an IPv4 address",
                    "an IPv4 address has four numbers from 0 to 255");
}

std::string_view without_trailing_dot(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
}

}  // namespace

std::optional<Failure> reject_name(std::string_view name) {
    if (name.empty()) return bad_name("the name is empty", "write a host name or an address");
    if (auto failure = reject_characters(name)) return failure;
    const auto bare = without_trailing_dot(name);
    if (auto failure = reject_labels(bare)) return failure;
    return reject_numbers(bare);
}

bool is_localhost(std::string_view name) {
    const auto lower = lower_case(without_trailing_dot(name));
    return lower == "localhost" || lower.ends_with(".localhost");
}

std::vector<std::string> search_candidates(std::string_view name, const std::vector<std::string>& search, int ndots) {
    if (name.ends_with('.')) return {std::string{without_trailing_dot(name)}};
    constexpr std::size_t longest_name = 253;
    std::vector<std::string> candidates;
    for (const auto& domain : search) {
        const auto bare = without_trailing_dot(domain);
        if (bare.empty() || name.size() + 1 + bare.size() > longest_name) continue;
        candidates.push_back(std::string{name} + '.' + std::string{bare});
    }
    const bool as_it_is_first = std::ranges::count(name, '.') >= ndots;
    candidates.insert(as_it_is_first ? candidates.begin() : candidates.end(), std::string{name});
    return candidates;
}

}  // namespace connprobe::net
