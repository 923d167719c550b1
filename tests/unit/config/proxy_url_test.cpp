#include "config/proxy_url.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace connprobe;
using namespace connprobe::config;

TEST_CASE("a proxy is a URL with a port") {
    const auto proxy = parse_proxy("socks5h://me:p%40ss%3a@[2001:db8::1]:1080");
    REQUIRE(proxy);
    CHECK(**proxy == Proxy{ProxyType::socks5h, "2001:db8::1", 1080, "me", "p@ss:", ""});
    CHECK(shown_proxy(*proxy) == "socks5h://[2001:db8::1]:1080");
    CHECK((*parse_proxy("HTTP://proxy:3128/"))->type == ProxyType::http);
    CHECK((*parse_proxy("https://proxy:3128"))->type == ProxyType::https);
    CHECK((*parse_proxy("socks5://me@proxy:1"))->username == "me");
}

TEST_CASE("none and false are no proxy") {
    CHECK_FALSE((*parse_proxy("none")).has_value());
    CHECK_FALSE((*parse_proxy("false")).has_value());
    CHECK(shown_proxy(std::nullopt) == "none");
}

TEST_CASE("what is wrong with the URL of a proxy is said without its secrets") {
    const auto problem = [](const char* text) { return parse_proxy(text).problem; };
    CHECK(problem("me:secret@proxy:1") ==
          "expected a URL such as http://HOST:3128 or socks5h://HOST:1080, found \"proxy:1\"");
    CHECK(problem("socks4://me:secret@proxy:1") == "SOCKS 4 is not supported: expected http, https, socks5 or socks5h");
    CHECK(problem("http://me:secret@proxy") == "no port: write http://proxy:3128");
    CHECK(problem("socks5://[::1]") == "no port: write socks5://[::1]:1080");
    CHECK(problem("socks5://[::1") == "has no closing bracket: write socks5://[ADDRESS]:1080");
    CHECK(problem("http://me:sec/ret@proxy:1") == "a /, ? or # in a user name or password: write %2F, %3F or %23");
    CHECK(problem("http://proxy:port") == "port: expected 1\u201365535, found port");
    CHECK(problem("http://me:secret@proxy:1/path") == "a path has no meaning for a proxy: write http://proxy:1");
}
