#include "net/address_order.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace connprobe::net;

namespace {

struct Pair {
    std::string destination, source;  // an empty source: no route
};

std::vector<std::string> texts(const std::vector<asio::ip::address>& addresses) {
    std::vector<std::string> texts;
    for (const auto& address : addresses) texts.push_back(address.to_string());
    return texts;
}

std::vector<std::string> order_of(const std::vector<Pair>& pairs) {
    std::vector<Candidate> candidates;
    for (const auto& [destination, source] : pairs) {
        Candidate candidate{asio::ip::make_address(destination), {}};
        if (!source.empty()) candidate.source = asio::ip::make_address(source);
        candidates.push_back(candidate);
    }
    return texts(sorted(std::move(candidates)));
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("addresses are sorted by RFC 6724") {
    struct Row {
        const char* rule;
        std::vector<Pair> pairs;
        Texts order;
    };
    // The worse one comes first in each, so that an order that changes nothing fails.
    const Row rows[] = {
        {"1: what cannot be reached is last",
         {{"2001:db8::1", ""}, {"198.51.100.1", "198.51.100.9"}},
         {"198.51.100.1", "2001:db8::1"}},
        {"2: a source of the same scope",
         {{"2001:db8::1", "fe80::9"}, {"198.51.100.1", "198.51.100.9"}},
         {"198.51.100.1", "2001:db8::1"}},
        {"2: IPv4 link-local",
         {{"198.51.100.1", "169.254.13.78"}, {"2001:db8::1", "2001:db8::9"}},
         {"2001:db8::1", "198.51.100.1"}},
        {"5: a source with the same label",
         {{"2001:db8::1", "2002:c633:6401::9"}, {"2002:c633:6401::1", "2002:c633:6401::9"}},
         {"2002:c633:6401::1", "2001:db8::1"}},
        {"5: a unique local source reaches no global address",
         {{"2001:db8::1", "fd00::9"}, {"198.51.100.1", "198.51.100.9"}},
         {"198.51.100.1", "2001:db8::1"}},
        {"6: IPv6 goes before IPv4",
         {{"10.1.2.3", "10.1.2.4"}, {"2001:db8::1", "2001:db8::9"}},
         {"2001:db8::1", "10.1.2.3"}},
        {"6: 6to4 goes behind IPv4",
         {{"2002:c633:6401::1", "2002:c633:6401::9"}, {"10.1.2.3", "10.1.2.4"}},
         {"10.1.2.3", "2002:c633:6401::1"}},
        {"6: Teredo goes behind IPv4", {{"2001:0::1", "2001:0::9"}, {"10.1.2.3", "10.1.2.4"}}, {"10.1.2.3", "2001::1"}},
        {"6: unique local goes behind IPv4",
         {{"fd00::1", "fd00::9"}, {"10.1.2.3", "10.1.2.4"}},
         {"10.1.2.3", "fd00::1"}},
        {"6: ::1 goes before 127.0.0.1", {{"127.0.0.1", "127.0.0.1"}, {"::1", "::1"}}, {"::1", "127.0.0.1"}},
        {"8: the smaller scope", {{"2001:db8::1", "2001:db8::9"}, {"fe80::1", "fe80::9"}}, {"fe80::1", "2001:db8::1"}},
        {"9: the longest common prefix",
         {{"2001:db8:3ffe::1", "2001:db8:1::9"}, {"2001:db8:1::1", "2001:db8:1::9"}},
         {"2001:db8:1::1", "2001:db8:3ffe::1"}},
        {"9: but not beyond the network's part",
         {{"2001:db8::1:2", "2001:db8::2:9"}, {"2001:db8::2:8", "2001:db8::2:9"}},
         {"2001:db8::1:2", "2001:db8::2:8"}},
        {"9: and not for IPv4", {{"203.0.113.1", "10.0.0.9"}, {"10.0.0.8", "10.0.0.9"}}, {"203.0.113.1", "10.0.0.8"}},
        {"10: else as the server gave them",
         {{"192.0.2.3", "192.0.2.9"}, {"192.0.2.1", "192.0.2.9"}, {"192.0.2.2", "192.0.2.9"}},
         {"192.0.2.3", "192.0.2.1", "192.0.2.2"}},
        {"without any route too",
         {{"192.0.2.3", ""}, {"2001:db8::1", ""}, {"192.0.2.1", ""}},
         {"2001:db8::1", "192.0.2.3", "192.0.2.1"}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.rule);
        CHECK(order_of(row.pairs) == row.order);
    }
}

TEST_CASE("the families take turns, beginning with the first one's") {
    struct Row {
        Texts before, after;
    };
    const Row rows[] = {
        {{}, {}},
        {{"192.0.2.1"}, {"192.0.2.1"}},
        {{"::1", "::2", "192.0.2.1", "192.0.2.2"}, {"::1", "192.0.2.1", "::2", "192.0.2.2"}},
        {{"192.0.2.1", "192.0.2.2", "192.0.2.3", "::1"}, {"192.0.2.1", "::1", "192.0.2.2", "192.0.2.3"}},
        {{"192.0.2.1", "::1", "::2", "::3"}, {"192.0.2.1", "::1", "::2", "::3"}},
    };
    for (const auto& row : rows) {
        std::vector<asio::ip::address> addresses;
        for (const auto& text : row.before) addresses.push_back(asio::ip::make_address(text));
        CHECK(texts(interleaved(addresses)) == row.after);
    }
}
