#include "config/host.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "config/idna.hpp"
#include "config/quote.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

constexpr std::size_t longest_label = 63;  // RFC 1035 §2.3.4
constexpr std::size_t longest_name = 253;  // the 255 octets of RFC 1035 §2.3.4 without the first length and the root

/// Letters, digits, hyphens; underscores, which service and container names have.
constexpr bool may_stand_in_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_';
}

bool has_non_ascii(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80U; });
}

std::string label_problem(std::string_view label) {
    if (label.empty()) return "has an empty label (two dots in a row, or one at its beginning)";
    const auto bad = std::find_if_not(label.begin(), label.end(), may_stand_in_name);
    if (bad != label.end()) {
        if (*bad == ' ') return "has a space in it";
        return "has " + in_quotes(std::string_view{&*bad, 1}) + " in it, which no host name has";
    }
    if (label.size() > longest_label) return "has a label of more than 63 characters (RFC 1035)";
    return {};
}

}  // namespace

std::string Address::text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    inet_ntop(is_v6() ? AF_INET6 : AF_INET, bytes.data(), buffer.data(), buffer.size());
    return buffer.data();
}

std::optional<Address> parse_address(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (text.size() >= buffer.size() || text.find('\0') != text.npos) return std::nullopt;
    std::memcpy(buffer.data(), text.data(), text.size());
    Address address;
    if (inet_pton(AF_INET, buffer.data(), address.bytes.data()) == 1) return address;
    address.size = 16;
    if (text.find(':') != text.npos && inet_pton(AF_INET6, buffer.data(), address.bytes.data()) == 1) return address;
    return std::nullopt;
}

namespace {

std::string address_problem(std::string_view host) {
    const auto percent = host.find('%');
    if (!parse_address(host.substr(0, percent))) return "is no IPv6 address";
    if (percent == host.npos) return {};
    const auto zone = host.substr(percent + 1);
    constexpr std::size_t longest_zone = 15;  // IFNAMSIZ of net/if.h without its NUL
    if (zone.empty()) return "has no interface after the %: write fe80::1%eth0";
    if (zone.size() > longest_zone || zone.find_first_of("/:% ") != zone.npos || printable(zone) != zone)
        return "has a zone, " + in_quotes(zone) + ", that is no name of an interface";
    return {};
}

std::string name_problem(std::string_view name) {
    if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
    if (name.size() > longest_name) return "is longer than 253 characters (RFC 1035)";
    std::string_view last;
    for (auto rest = name;;) {
        const auto dot = rest.find('.');
        last = rest.substr(0, dot);
        if (auto problem = label_problem(last); !problem.empty()) return problem;
        if (dot == rest.npos) break;
        rest.remove_prefix(dot + 1);
    }
    // A name that ends in a number is an address to most programs (WHATWG URL, "ends in a number"), and to some not.
    const bool looks_like_address = std::all_of(last.begin(), last.end(), is_digit);
    if (looks_like_address && last == name) return "is a number: if it is a port, write localhost:" + std::string{name};
    if (looks_like_address && !parse_address(name)) return "is no IPv4 address: write four numbers from 0 to 255";
    return {};
}

/// Letters beyond ASCII, and what they become: also digits and dots may be written with them.
std::string international_problem(std::string_view name) {
    if (printable(name) != name) return "has a control or invisible character in it";
    const auto ascii = to_ascii(name);
    if (!ascii) return ascii.problem;
    if (parse_address(*ascii)) return "is an address in unusual digits: write " + *ascii;
    auto problem = name_problem(*ascii);
    return problem.empty() ? problem : "becomes " + in_quotes(*ascii) + ", which " + problem;
}

}  // namespace

bool is_literal(std::string_view text) {
    return text.find(':') != text.npos ? address_problem(text).empty() : parse_address(text).has_value();
}

std::string host_problem(std::string_view host) {
    if (host.empty()) return "is empty";
    if (host.find(':') != host.npos) return address_problem(host);
    return has_non_ascii(host) ? international_problem(host) : name_problem(host);
}

std::string ascii_host(std::string_view host) {
    if (!has_non_ascii(host)) return std::string{host};
    auto ascii = to_ascii(host);
    return ascii ? std::move(*ascii) : std::string{host};
}

}  // namespace connprobe::config
