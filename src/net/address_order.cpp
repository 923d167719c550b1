#include "net/address_order.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <tuple>

namespace connprobe::net {

namespace {

using Bytes = asio::ip::address_v6::bytes_type;

/// An IPv4 address takes part as the IPv6 address that stands for it (RFC 6724 §3.2).
Bytes as_v6(const asio::ip::address& address) {
    if (address.is_v6()) return address.to_v6().to_bytes();
    return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
}

std::size_t common_prefix(const Bytes& a, const Bytes& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto differing = static_cast<std::uint8_t>(a[i] ^ b[i]);
        if (differing != 0) return 8 * i + static_cast<std::size_t>(std::countl_zero(differing));
    }
    return 8 * a.size();
}

struct Policy {
    Bytes prefix;
    std::size_t length;
    int precedence, label;
};

/// RFC 6724 §2.1, the longest prefixes first.
constexpr auto policies = std::to_array<Policy>({
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, 50, 0},  // ::1
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 35, 4},         // ::ffff:0:0/96, IPv4
    {{}, 96, 1, 3},                                                  // ::/96
    {{0x20, 0x01}, 32, 5, 5},                                        // 2001::/32, Teredo
    {{0x20, 0x02}, 16, 30, 2},                                       // 2002::/16, 6to4
    {{0x3f, 0xfe}, 16, 1, 12},                                       // 3ffe::/16
    {{0xfe, 0xc0}, 10, 1, 11},                                       // fec0::/10
    {{0xfc}, 7, 3, 13},                                              // fc00::/7, unique local
    {{}, 0, 40, 1},                                                  // ::/0
});

const Policy& policy_of(const Bytes& address) {
    return *std::ranges::find_if(policies,
                                 [&](const Policy& one) { return common_prefix(address, one.prefix) >= one.length; });
}

/// RFC 4291 §2.7 numbers; loopback counts as link-local, private IPv4 as global (RFC 6724 §3.1, §3.2).
int scope_of(const asio::ip::address& address) {
    constexpr int link_local = 0x2, site_local = 0x5, global = 0xe;
    if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        return bytes[0] == 127 || (bytes[0] == 169 && bytes[1] == 254) ? link_local : global;
    }
    const auto v6 = address.to_v6();
    if (v6.is_multicast()) return v6.to_bytes()[1] & 0x0f;
    if (v6.is_loopback() || v6.is_link_local()) return link_local;
    return v6.is_site_local() ? site_local : global;
}

/// Smaller is better, field by field: rules 1, 2, 5, 6, 8 and 9.
using Rank = std::tuple<bool, bool, bool, int, int, int>;

Rank rank_of(const Candidate& candidate) {
    const auto destination = as_v6(candidate.destination);
    const auto& policy = policy_of(destination);
    const auto scope = scope_of(candidate.destination);
    if (!candidate.source) return {true, true, true, -policy.precedence, scope, 0};
    const auto source = as_v6(*candidate.source);
    constexpr std::size_t interface_id = 64;  // what follows it in the source says nothing about nearness (§2.2)
    const auto prefix = candidate.destination.is_v6() ? std::min(common_prefix(destination, source), interface_id) : 0;
    return {false,
            scope != scope_of(*candidate.source),
            policy.label != policy_of(source).label,
            -policy.precedence,
            scope,
            -static_cast<int>(prefix)};
}

}  // namespace

std::vector<asio::ip::address> sorted(std::vector<Candidate> candidates) {
    std::ranges::stable_sort(candidates, {}, rank_of);
    std::vector<asio::ip::address> addresses;
    addresses.reserve(candidates.size());
    for (const auto& candidate : candidates) addresses.push_back(candidate.destination);
    return addresses;
}

std::vector<asio::ip::address> interleaved(const std::vector<asio::ip::address>& addresses) {
    if (addresses.empty()) return {};
    auto rest = addresses;
    const bool first_is_v6 = addresses.front().is_v6();
    const auto second = std::ranges::stable_partition(rest, [&](const auto& a) { return a.is_v6() == first_is_v6; });
    std::vector<asio::ip::address> turns;
    auto one = rest.begin(), other = second.begin();
    while (one != second.begin() || other != rest.end()) {
        if (one != second.begin()) turns.push_back(*one++);
        if (other != rest.end()) turns.push_back(*other++);
    }
    return turns;
}

}  // namespace connprobe::net
