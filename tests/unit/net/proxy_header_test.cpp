#include "net/proxy_header.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace connprobe;
using namespace connprobe::net;
using namespace std::string_view_literals;

namespace {

Peer at(const char* literal, std::uint16_t port) { return *literal_peer(literal, port); }

}  // namespace

TEST_CASE("the header in text names both ends (proxy-protocol.txt, section 2.1)") {
    CHECK(proxy_header(ProxyProtocol::v1, at("192.0.2.1", 50000), at("198.51.100.7", 443)) ==
          "PROXY TCP4 192.0.2.1 198.51.100.7 50000 443\r\n");
    CHECK(proxy_header(ProxyProtocol::v1, at("2001:db8::1", 1), at("2001:db8::2", 65535)) ==
          "PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n");
}

TEST_CASE("the binary header too (section 2.2)") {
    CHECK(proxy_header(ProxyProtocol::v2, at("192.0.2.1", 258), at("198.51.100.7", 443)) ==
          "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc6\x33\x64\7\1\2\1\xbb"sv);
    const auto header = proxy_header(ProxyProtocol::v2, at("::1", 258), at("::2", 443));
    CHECK(header.substr(12, 4) == "\x21\x21\0\x24"sv);
    CHECK(header.size() == 16 + 36);
}

TEST_CASE("of a unix socket there is nothing to tell") {
    const Peer local = *unix_peer("/run/x");
    CHECK(proxy_header(ProxyProtocol::v1, {}, local) == "PROXY UNKNOWN\r\n");
    CHECK(proxy_header(ProxyProtocol::v2, {}, local) == "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"sv);
}
