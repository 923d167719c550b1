#include "net/peer.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <string>

using namespace connprobe;
using namespace connprobe::net;

TEST_CASE("an address literal becomes a socket address and is written as people write it") {
    struct Row {
        std::string literal;
        std::string text;
        ConnectedFamily family;
    };
    for (const auto& row :
         {Row{"127.0.0.1", "127.0.0.1:443", ConnectedFamily::ipv4}, Row{"::1", "[::1]:443", ConnectedFamily::ipv6},
          Row{"2001:DB8::0:1", "[2001:db8::1]:443", ConnectedFamily::ipv6}}) {
        CAPTURE(row.literal);
        const auto peer = literal_peer(row.literal, 443);
        REQUIRE(peer);
        CHECK(peer->text() == row.text);
        CHECK(peer->family() == row.family);
    }
}

TEST_CASE("the port is in network byte order") {
    const auto peer = literal_peer("192.0.2.1", 0x1234);
    REQUIRE(peer);
    const auto& ip = reinterpret_cast<const sockaddr_in&>(peer->storage);
    CHECK(ntohs(ip.sin_port) == 0x1234);
    CHECK(ntohl(ip.sin_addr.s_addr) == 0xc0000201);
}

TEST_CASE("a name is no literal") {
    for (const auto* name : {"localhost", "", "1.2.3", "[::1]", "127.0.0.1 "}) {
        CAPTURE(name);
        CHECK_FALSE(literal_peer(name, 1));
    }
}

TEST_CASE("a unix path is taken up to 107 bytes, and @ means the abstract namespace") {
    CHECK(unix_peer("/run/app.sock")->text() == "/run/app.sock");
    CHECK(unix_peer("/run/app.sock")->family() == ConnectedFamily::local);
    CHECK(unix_peer(std::string(107, 'x')));
    CHECK_FALSE(unix_peer(std::string(108, 'x')));
    CHECK_FALSE(unix_peer(""));
    const auto abstract = unix_peer("@bus");
    REQUIRE(abstract);
    CHECK(reinterpret_cast<const sockaddr_un&>(abstract->storage).sun_path[0] == '\0');
    CHECK(abstract->size == offsetof(sockaddr_un, sun_path) + 4);
    CHECK(unix_peer('@' + std::string(107, 'x'))->size == sizeof(sockaddr_un));
    CHECK_FALSE(unix_peer('@' + std::string(108, 'x')));
}
