#include "net/socks5.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace connprobe;
using namespace connprobe::net;
using namespace std::string_view_literals;

namespace {

const Proxy plain{ProxyType::socks5h, "p", 1080};
const Proxy with_login{ProxyType::socks5h, "p", 1080, "me", "secret"};

std::string code(const std::optional<Failure>& failure) {
    return failure ? std::string{to_string(failure->failure_class)} + " " + std::string{to_string(failure->code)}
                   : "none";
}

}  // namespace

TEST_CASE("a login by password is offered only where there is one (RFC 1928 section 3)") {
    CHECK(socks5_greeting(plain) == "\5\1\0"sv);
    CHECK(socks5_greeting(with_login) == "\5\2\0\2"sv);
    CHECK(socks5_login(with_login) == "\1\2me\6secret"sv);
}

TEST_CASE("a target is a name or an address (RFC 1928 section 4)") {
    CHECK(socks5_request({plain, "db", 5432}) == "\5\1\0\3\2db\x15\x38"sv);
    CHECK(socks5_request({plain, "192.0.2.7", 443}) == "\5\1\0\1\xc0\0\2\7\1\xbb"sv);
    CHECK(socks5_request({plain, "2001:db8::1", 1}) == "\5\1\0\4\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1\0\1"sv);
}

TEST_CASE("only a login that was offered may be chosen") {
    bool login = false;
    const Route none{plain, "db", 1}, password{with_login, "db", 1};
    CHECK_FALSE(judge_socks5_method(none, "\5\0"sv, login));
    CHECK_FALSE(login);
    CHECK_FALSE(judge_socks5_method(password, "\5\2"sv, login));
    CHECK(login);
    CHECK(code(judge_socks5_method(none, "\5\2"sv, login)) == "proxy proxy_unexpected_reply");
    CHECK(code(judge_socks5_method(password, "\5\1"sv, login)) == "proxy proxy_unexpected_reply");
    CHECK(code(judge_socks5_method(none, "\5\xff"sv, login)) == "auth proxy_authentication_failed");
    CHECK(code(judge_socks5_method(password, "\5\xff"sv, login)) == "auth proxy_authentication_failed");
    CHECK(code(judge_socks5_method(none, "\4\0"sv, login)) == "proxy proxy_unexpected_reply");
}

TEST_CASE("a login is accepted by a zero, in version 1 of its protocol (RFC 1929)") {
    const Route route{with_login, "db", 1};
    CHECK_FALSE(judge_socks5_login(route, "\1\0"sv));
    CHECK(code(judge_socks5_login(route, "\1\1"sv)) == "auth proxy_authentication_failed");
    CHECK(code(judge_socks5_login(route, "\5\0"sv)) == "proxy proxy_unexpected_reply");
    CHECK(judge_socks5_login(route, "\0\2\1\2me\6secret"sv)->message ==
          "the proxy p:1080 answered the login in another protocol (the bytes 00 02)");
    CHECK(judge_socks5_reply(route, "x \2me\6secret"sv)->message.find("secret") == std::string::npos);
}

TEST_CASE("each reply has its code, and the class is the target's where it is about the target") {
    const Route route{plain, "db", 1};
    const std::string_view codes[] = {"none",
                                      "proxy proxy_denied",
                                      "proxy proxy_denied",
                                      "network network_unreachable",
                                      "network host_unreachable",
                                      "network connection_refused",
                                      "timeout connect_timeout",
                                      "proxy proxy_denied",
                                      "proxy proxy_denied",
                                      "proxy proxy_unexpected_reply"};
    for (std::size_t reply = 0; reply < std::size(codes); ++reply) {
        CAPTURE(reply);
        CHECK(code(judge_socks5_reply(route, std::string{'\5', static_cast<char>(reply)})) == codes[reply]);
    }
    CHECK(code(judge_socks5_reply(route, "\0\x5a"sv)) == "proxy proxy_unexpected_reply");
}

TEST_CASE("the address in a reply has the length of its kind") {
    CHECK(socks5_rest("\5\0\0\1\x7f"sv) == 5);
    CHECK(socks5_rest("\5\0\0\4\0"sv) == 17);
    CHECK(socks5_rest("\5\0\0\3\7"sv) == 9);
    CHECK(socks5_rest("\5\0\0\3\xff"sv) == 257);
    CHECK(socks5_rest("\5\0\0\2\7"sv) == 0);
}

TEST_CASE("what a proxy of another kind says is recognised") {
    const Route route{plain, "db", 1};
    CHECK(no_such_proxy(route, "HTTP/1.1 400 Bad\r\n").hint == "the port speaks HTTP: write http://p:1080");
    CHECK(no_such_proxy(route, "\x16\3\1\0"sv).hint == "the port speaks TLS: write https://p:1080");
    CHECK(no_such_proxy(route, "\0\x5b"sv).hint == "the port speaks SOCKS 4, which is not supported: use SOCKS 5");
    CHECK(no_such_proxy(route, "SSH-2.0-x\r\n").hint == "the port speaks SSH: is it the proxy's?");
    const Proxy http{ProxyType::http, "::1", 8};
    CHECK(no_such_proxy({http, "db", 1}, "\5\xff"sv).hint == "the port speaks SOCKS 5: write socks5h://[::1]:8");
}
