#include "model/next_commands.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "connprobe/target.hpp"

using namespace connprobe;
using Commands = std::vector<std::string>;

namespace {

struct Server {
    Target target;
    Settings settings;
    std::string address = "192.0.2.7";

    explicit Server(const std::string& host, std::uint16_t port = 443) {
        target.host = host;
        target.port = port;
        target.written = host + ':' + std::to_string(port);
    }
};

/// Those that could be filled in.
Commands of(Code code, Server server) {
    server.target.settings = std::make_shared<const Settings>(server.settings);
    Result result;
    result.target = &server.target;
    result.address = server.address;
    Commands all;
    for (const auto& command : commands_for(code)) {
        auto filled = filled_in(command, result);
        if (!filled.empty()) all.push_back(std::move(filled));
    }
    return all;
}

}  // namespace

TEST_CASE("every code has a command with which to look further, three at most") {
    for (const auto& code : all_codes()) {
        CAPTURE(code.name);
        const auto commands = commands_for(code.code);
        CHECK_FALSE(commands.empty());
        CHECK(commands.size() <= 3);
        for (const auto& command : commands) {
            CHECK(command.code == code.code);
            CHECK(in_general(command).find("S_CLIENT") == std::string::npos);
        }
    }
}

TEST_CASE("the facts of the server are filled in") {
    CHECK(of(Code::host_not_found, Server{"db.example.com"}) ==
          Commands{"getent ahosts db.example.com", "dig db.example.com"});
    CHECK(of(Code::connection_refused, Server{"db.example.com", 5432}) ==
          Commands{"getent ahosts db.example.com", "ss -ltnp sport = :5432"});
    CHECK(of(Code::hostname_mismatch, Server{"api.example.com"}) ==
          Commands{"openssl s_client -connect 192.0.2.7:443 -servername api.example.com </dev/null | openssl x509 "
                   "-noout -ext subjectAltName"});
    CHECK(of(Code::connect_timeout, Server{"db", 5432}) ==
          Commands{"connprobe db:22 db:443", "traceroute -n -T -p 5432 192.0.2.7", "tcpdump -n port 5432"});
}

TEST_CASE("the name and the protocol of TLS are those of the server") {
    Server mail{"mail.example.com", 25};
    mail.settings.tls.emplace().server_name = "mx.example.com";
    mail.settings.starttls = StartTls::smtp;
    CHECK(of(Code::starttls_refused, mail) ==
          Commands{"openssl s_client -connect 192.0.2.7:25 -servername mx.example.com -starttls smtp </dev/null"});
    Server literal{"2001:db8::1"};
    literal.address = "2001:db8::1";
    CHECK(of(Code::self_signed, literal) ==
          Commands{"openssl s_client -connect '[2001:db8::1]:443' </dev/null | openssl "
                   "x509 -noout -subject -issuer -fingerprint -sha256"});
    CHECK(of(Code::not_tls, literal) == Commands{"curl -v 'http://[2001:db8::1]:443/'", "nc -w 5 2001:db8::1 443"});
}

TEST_CASE("a command whose facts are missing is not shown") {
    CHECK(of(Code::unexpected_status, Server{"a"}).empty());
    Server web{"a", 80};
    web.target.written = "http://a/health";
    CHECK(of(Code::unexpected_status, web) == Commands{"curl -v http://a/health"});
    Server local{""};
    local.target.port = 0;
    local.target.unix_path = "/run/my app.sock";
    local.address.clear();
    CHECK(of(Code::socket_missing, local) == Commands{"ls -ld '/run/my app.sock'", "ss -lxp"});
    CHECK(of(Code::connection_reset, local).empty());
    CHECK(of(Code::proxy_denied, Server{"a"}).empty());
}

TEST_CASE("hostile facts make a word or nothing") {
    CHECK(of(Code::host_not_found, Server{"a$(id)"}) == Commands{"getent ahosts 'a$(id)'", "dig 'a$(id)'"});
    CHECK(of(Code::host_not_found, Server{"-f/etc/passwd"}).empty());
    CHECK(of(Code::host_not_found, Server{"a\nreboot"}).empty());
    Server evil{"a"};
    evil.settings.tls.emplace().server_name = "b';id;'";
    CHECK(of(Code::tls_timeout, evil).front() ==
          "openssl s_client -connect 192.0.2.7:443 -servername 'b'\\'';id;'\\''' </dev/null");
    Server option{"a"};
    option.settings.tls.emplace().server_name = "-x";
    CHECK(of(Code::self_signed, option).empty());
}
