#include "config/url.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace connprobe;
using namespace connprobe::config;

TEST_CASE("targets of every form are taken apart") {
    struct Row {
        const char* text;
        Scheme scheme;
        const char* host;
        std::uint16_t first, last;
        std::size_t count;
    };
    for (const auto& row : {
             Row{"db:5432", Scheme::none, "db", 5432, 5432, 1},
             Row{"DB.Example.:1", Scheme::none, "DB.Example.", 1, 1, 1},
             Row{"under_score-1:65535", Scheme::none, "under_score-1", 65535, 65535, 1},
             Row{"b\u00fccher.example:443", Scheme::none, "b\u00fccher.example", 443, 443, 1},
             Row{"host:80,443,8000-8003", Scheme::none, "host", 80, 80, 6},
             Row{"host:8000-8003", Scheme::none, "host", 8000, 8003, 4},
             Row{"[2001:db8::1]:443", Scheme::none, "2001:db8::1", 443, 443, 1},
             Row{"192.0.2.0/28:22", Scheme::none, "192.0.2.0", 22, 22, 16},
             Row{"10.0.0.0/16:22", Scheme::none, "10.0.0.0", 22, 22, 65536},
             Row{"192.0.2.7/32:22", Scheme::none, "192.0.2.7", 22, 22, 1},
             Row{"[2001:db8::]/120:22", Scheme::none, "2001:db8::", 22, 22, 256},
             Row{"[2001:db8::/112]:22", Scheme::none, "2001:db8::", 22, 22, 65536},
             Row{"[fe80::1%eth0]:22", Scheme::none, "fe80::1%eth0", 22, 22, 1},
             Row{"srv://_ldap._tcp.example.com", Scheme::srv, "_ldap._tcp.example.com", 0, 0, 1},
             Row{"tcp://db:5432", Scheme::tcp, "db", 5432, 5432, 1},
             Row{"tcp://http:443", Scheme::tcp, "http", 443, 443, 1},
             Row{"tls://[::1]:443,444", Scheme::tls, "::1", 443, 443, 2},
             Row{"redis:6379", Scheme::none, "redis", 6379, 6379, 1},
         }) {
        CAPTURE(row.text);
        const auto target = parse_target(row.text);
        REQUIRE_MESSAGE(target, target.problem);
        CHECK(target->scheme == row.scheme);
        CHECK(target->host == row.host);
        CHECK(target->ports.first == row.first);
        CHECK(target->ports.last == row.last);
        CHECK(target->count() == row.count);
    }
}

TEST_CASE("a scheme that asks something has a port of its own, and may say who asks for what") {
    struct Row {
        const char* text;
        const char* name;
        const char* host;
        std::uint16_t port;
        std::optional<std::string> user, password, path;
    };
    for (const auto& row : {
             Row{"http://a", "http://a", "a", 80, {}, {}, {}},
             Row{"https://a:8443/b/c?d=e#f", "https://a:8443/b/c", "a", 8443, {}, {}, "/b/c?d=e"},
             Row{"https://[::1]", "https://[::1]", "::1", 443, {}, {}, {}},
             Row{"http://[::1]:81/", "http://[::1]:81/", "::1", 81, {}, {}, "/"},
             Row{"http://a?q", "http://a", "a", 80, {}, {}, "/?q"},
             Row{"http://u:p%40%3a@a/x@y", "http://a/x@y", "a", 80, "u", "p@:", "/x@y"},
             Row{"http://a/\u00fc", "http://a/\u00fc", "a", 80, {}, {}, "/%C3%BC"},
             Row{"redis://:secret@a/2", "redis://a/2", "a", 6379, "", "secret", "/2"},
             Row{"rediss://a", "rediss://a", "a", 6379, {}, {}, {}},
             Row{"postgres://u@a:5433/db?sslmode=disable",
                 "postgres://a:5433/db",
                 "a",
                 5433,
                 "u",
                 {},
                 "/db?sslmode=disable"},
         }) {
        CAPTURE(row.text);
        const auto target = parse_target(row.text);
        REQUIRE_MESSAGE(target, target.problem);
        CHECK(public_name(*target, row.text) == row.name);
        CHECK(target->host == row.host);
        CHECK(target->ports.first == row.port);
        CHECK(target->count() == 1);
        CHECK(target->parts == UrlParts{row.user, row.password, row.path});
    }
}

TEST_CASE("a unix socket is a path, however many slashes Docker writes") {
    CHECK(parse_target("unix:/run/app.sock")->unix_path == "/run/app.sock");
    CHECK(parse_target("unix:///run/app.sock")->unix_path == "/run/app.sock");
    CHECK(parse_target("unix:app.sock")->unix_path == "app.sock");
    CHECK(parse_target("unix:").problem == "no path: write unix:/run/app.sock");
    CHECK(parse_target("unix:/" + std::string(107, 'x')).problem == "the path is longer than 107 bytes (unix(7))");
    CHECK(parse_target("unix:@" + std::string(107, 'x')).problem.empty());
    CHECK(parse_target("unix:@" + std::string(108, 'x')).problem ==
          "the name after the @ is longer than 107 bytes (unix(7))");
}

TEST_CASE("a wrong target is told what would be right") {
    struct Row {
        const char* text;
        const char* problem;
    };
    for (const auto& [text, problem] : {
             Row{"", "an empty target: write host:port"},
             Row{"auth", "no port: write auth:443 or https://auth"},
             Row{"tls://auth", "no port: write tls://auth:443"},
             Row{"host 5432", "a space before the port: write host:5432"},
             Row{"http:443", "http is a scheme, not a host: write HOST:443 (a host of that name: tcp://http:443)"},
             Row{"2001:db8::1:443", "an IPv6 address stands in brackets: write [2001:db8::1]:443"},
             Row{"::1", "an IPv6 address stands in brackets: write [::1]:443"},
             Row{"a:1:2", "too many colons: write host:port, or an IPv6 address in brackets, [2001:db8::1]:443"},
             Row{":443", "no host: write localhost:443"},
             Row{"db:", "no port after the colon"},
             Row{"db:0", "port: expected 1\u201365535, found 0"},
             Row{"db:70000", "port: expected 1\u201365535, found 70000"},
             Row{"db:0443", "port: expected 1\u201365535, found 0443"},
             Row{"db:https", "port: expected 1\u201365535, found https"},
             Row{"db:1,", "no port after the colon"},
             Row{"db:9-1", "the range 9-1 ends before it begins: write 1-9"},
             Row{"[::1]", "no port: write [::1]:443 or https://[::1]"},
             Row{"[::1:443", "has no closing bracket: write [ADDRESS]:PORT"},
             Row{"[db]:443", "brackets are for IPv6 addresses only"},
             Row{"[fe80::1%]:22", "\"fe80::1%\" has no interface after the %: write fe80::1%eth0"},
             Row{"[fe80::g%eth0]:22", "\"fe80::g%eth0\" is no IPv6 address"},
             Row{"\xef\xbc\x91.0.0.1:80",
                 "the host \"\xef\xbc\x91.0.0.1\" is an address in unusual digits: write 1.0.0.1"},
             Row{"192.0.2.1/28:22", "the block has host bits: write 192.0.2.0/28"},
             Row{"10.0.0.0/8:22", "the block is larger than 65,536 addresses"},
             Row{"10.0.0.0/16:22,23", "stands for more than 65,536 servers"},
             Row{"192.0.2.0/33:22", "a block's prefix: expected 0\u201332, found \"33\""},
             Row{"db:443/healthz", "a path has no meaning here: write db:443, or http:// in front"},
             Row{"db/healthz", "a path has no meaning here: write http:// in front for a page to be asked for"},
             Row{"/run/app.sock", "a unix socket has unix: in front: write unix:/run/app.sock"},
             Row{"./app.sock", "a unix socket has unix: in front: write unix:./app.sock"},
             Row{"@app", "a unix socket has unix: in front: write unix:@app"},
             Row{"//user:secret@db:443", "a user name has no meaning here: nothing is asked of the server"},
             Row{"tcp://user:secret@db:443", "a user name has no meaning here: nothing is asked of the server"},
             Row{"tcp://db:443?x", "a query has no meaning here: nothing is asked of the server"},
             Row{"mysql://x", "mysql://: not supported by this version"},
             Row{"http://", "no host: write http://HOST"},
             Row{"http:///x", "no host: write http://localhost"},
             Row{"http://db:70000/x", "port: expected 1\u201365535, found 70000"},
             Row{"http://db:80,81/x", "port: expected 1\u201365535, found 80,81"},
             Row{"http://db/a b", "the path has a space or a control character in it: write %20 for a space"},
             Row{"http://us%zzer@db/", "a % in the user name is not followed by two digits: write %25"},
             Row{"redis://:pa%00ss@db", "the password has a NUL in it"},
             Row{"redis://:se/cret@db", "a /, ? or # in a user name or password: write %2F, %3F or %23"},
             Row{"redis://db/x", "the path is the number of a database, such as /0; found /x"},
             Row{"srv://", "no host: write srv://HOST"},
             Row{"srv://db", "expected srv://_service._tcp.name, such as srv://_ldap._tcp.example.com"},
             Row{"srv://_x._tcp", "expected srv://_service._tcp.name, such as srv://_ldap._tcp.example.com"},
             Row{"srv://_x._udp.y", "only services over TCP are probed: expected _tcp, found _udp"},
             Row{"srv://_x._tcp.y:80", "the record says the ports: write srv://_x._tcp.y"},
             Row{"srv://_x._tcp.y/z", "a path has no meaning here: nothing is asked of the server"},
             Row{"tsl://x:1", "unknown scheme \"tsl\": did you mean tls://?"},
             Row{"gopher://x:1",
                 "unknown scheme \"gopher\": write one of tcp://, tls://, http://, https://, redis://, "
                 "rediss://, postgres://, postgresql://, srv://, or host:port alone"},
             Row{"5432", "the host \"5432\" is a number: if it is a port, write localhost:5432"},
             Row{"1.2.3:80", "the host \"1.2.3\" is no IPv4 address: write four numbers from 0 to 255"},
             Row{"256.0.0.1:80", "the host \"256.0.0.1\" is no IPv4 address: write four numbers from 0 to 255"},
             Row{"a..b:80", "the host \"a..b\" has an empty label (two dots in a row, or one at its beginning)"},
             Row{"a*b:80", "the host \"a*b\" has \"*\" in it, which no host name has"},
         }) {
        CAPTURE(text);
        const auto target = parse_target(text);
        CHECK_FALSE(target);
        CHECK(target.problem == problem);
    }
}

TEST_CASE("a host that cannot be is refused: NUL, control characters, labels and names that are too long") {
    CHECK(host_problem(std::string{"a\0b", 3}) == "has \"\\x00\" in it, which no host name has");
    CHECK(host_problem("a\x1b[2J") == "has \"\\x1b\" in it, which no host name has");
    CHECK(host_problem("a\u202eb") == "has a control or invisible character in it");
    CHECK(host_problem(std::string(63, 'a')) == "");
    CHECK(host_problem(std::string(64, 'a')) == "has a label of more than 63 characters (RFC 1035)");
    std::string name;
    for (int i = 0; i < 64; ++i) name += "abc.";
    CHECK(host_problem(name) == "is longer than 253 characters (RFC 1035)");
}

TEST_CASE("what could be secret does not stay in a target's text") {
    CHECK(without_secrets("https://user:secret@x/y?token=secret#secret") == "https://x/y");
    CHECK(without_secrets("user:p@ss@x:1") == "x:1");
    CHECK(without_secrets("db:5432") == "db:5432");
}

TEST_CASE("the addresses of a block follow each other") {
    CHECK(address_at(*parse_address("192.0.2.0"), 15).text() == "192.0.2.15");
    CHECK(address_at(*parse_address("10.0.0.0"), 65535).text() == "10.0.255.255");
    CHECK(address_at(*parse_address("2001:db8::"), 258).text() == "2001:db8::102");
}

TEST_CASE("the host that is asked for is ASCII, and its zone stands after a bare %") {
    struct Row {
        const char* text;
        const char* host;
    };
    for (const auto& row : {
             Row{"DB.Example.:1", "DB.Example."},
             Row{"b\u00fccher.example:443", "xn--bcher-kva.example"},
             Row{"https://B\u00dcCHER.example/\u00fc", "xn--bcher-kva.example"},
             Row{"srv://_x._tcp.b\u00fccher.example", "_x._tcp.xn--bcher-kva.example"},
             Row{"[fe80::1%eth0]:22", "fe80::1%eth0"},
             Row{"http://[fe80::1%25eth0]/", "fe80::1%eth0"},
             Row{"[fe80::1%25]:22", "fe80::1%25"},
         }) {
        CAPTURE(row.text);
        const auto target = parse_target(row.text);
        REQUIRE_MESSAGE(target, target.problem);
        CHECK(host_of(*target) == row.host);
    }
}
