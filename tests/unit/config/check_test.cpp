#include <doctest/doctest.h>

#include <map>
#include <string>

#include "reading.hpp"

using namespace connprobe;
using namespace connprobe::config;

namespace {

std::string all(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + '\n';
    return text;
}

Request with_variables(std::map<std::string, std::string, std::less<>> values) {
    Request request;
    request.environment = [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional{found->second};
    };
    return request;
}

}  // namespace

TEST_CASE("a scheme says what is asked, and its parts how") {
    const auto read =
        read_arguments({"http://u:p@a/x?y", "https://b", "redis://:p@c/2", "postgres://u@d/db", "tls://e:1"});
    REQUIRE(all(read.errors) == "");
    const auto check = [&](std::size_t i) { return read.targets[i].settings->check; };
    CHECK(std::get<HttpCheck>(*check(0)) == HttpCheck{.path = "/x?y", .username = "u", .password = "p"});
    CHECK(read.targets[0].name == "http://a/x");
    CHECK_FALSE(read.targets[0].settings->tls);
    CHECK(std::get<HttpCheck>(*check(1)) == HttpCheck{});
    CHECK(read.targets[1].settings->tls->alpn == std::vector<std::string>{"http/1.1"});
    CHECK(std::get<RedisCheck>(*check(2)) == RedisCheck{.password = "p", .database = 2});
    CHECK(std::get<PostgresCheck>(*check(3)) == PostgresCheck{.user = "u", .database = "db"});
    CHECK_FALSE(check(4));
}

TEST_CASE("check says more, merged key by key; none and a scheme without a question drop it") {
    const auto read = read_file("s.yaml", R"(
defaults: { check: { type: http, path: /healthz, status: [200] } }
servers:
  - { host: a, port: 1 }
  - { host: b, port: 1, check: { path: /x } }
  - { host: c, port: 1, check: none }
  - { host: d, port: 1, check: false }
  - { host: e, port: 1, check: redis }
  - tcp://f:1
  - http://g
  - http://h/own
  - url: tcp://i:1
    check: { steps: [{ expect: ^220, send: "x" }] }
)");
    REQUIRE(all(read.errors) == "");
    const auto check = [&](std::size_t i) { return read.targets[i].settings->check; };
    const HttpCheck healthz{.path = "/healthz", .status = {{200, 200}}};
    CHECK(std::get<HttpCheck>(*check(0)) == healthz);
    CHECK(std::get<HttpCheck>(*check(1)).path == "/x");
    CHECK(std::get<HttpCheck>(*check(1)).status == healthz.status);
    CHECK_FALSE(check(2));
    CHECK_FALSE(check(3));
    CHECK(std::get<RedisCheck>(*check(4)) == RedisCheck{});
    CHECK_FALSE(check(5));
    CHECK(std::get<HttpCheck>(*check(6)) == healthz);
    CHECK(std::get<HttpCheck>(*check(7)).path == "/own");
    CHECK(std::get<TcpCheck>(*check(8)).steps == std::vector<TcpStep>{{.expect = "^220", .send = "x"}});
}

TEST_CASE("a password comes from a variable, and what is sent from one is secret") {
    const auto list = R"([{"url": "redis://a", "check": {"password_env": "PW"}},
      {"host": "b", "port": 1, "check": {"type": "tcp", "steps": [{"send": "PASS ${PW}\r\n"}, {"expect": "ok$"}]}}])";
    const auto read = read_file("s.json", list, with_variables({{"PW", "secret"}}));
    REQUIRE(all(read.errors) == "");
    CHECK(std::get<RedisCheck>(*read.targets[0].settings->check).password == "secret");
    const auto& steps = std::get<TcpCheck>(*read.targets[1].settings->check).steps;
    CHECK(steps[0] == TcpStep{.send = "PASS secret\r\n", .secret = true, .secrets = {"secret"}});
    CHECK(steps[1] == TcpStep{.expect = "ok$"});
}

TEST_CASE("--dry-run shows the check and where it comes from, and nothing that is secret") {
    auto request = with_variables({{"PW", "hunter2"}});
    request.keep_origins = true;
    const auto read = read_file("s.json", R"([{"url": "http://u:hunter2@a/x?t=hunter2", "check": {
      "headers": {"Authorization": "hunter2"}, "body": "hunter2"}},
      {"url": "redis://b", "check": {"password_env": "PW"}}])",
                                request);
    REQUIRE(all(read.errors) == "");
    std::string shown;
    for (const auto& list : read.origins) {
        for (const auto& [key, value, origin] : list)
            shown.append(key).append(" ").append(value).append(" ").append(origin) += '\n';
    }
    CHECK(shown.find("hunter2") == std::string::npos);
    for (const auto* line : {"check http the target\n", "check.path /x the target\n", "check.headers Authorization",
                             "check.body 7 bytes", "check.password_env PW", "check.method GET default\n"}) {
        CAPTURE(shown);
        CHECK(shown.find(line) != std::string::npos);
    }
}

TEST_CASE("two targets of one name that ask different things are no repetition") {
    CHECK(all(read_arguments({"http://a/?x", "http://a/?x"}).errors) == "");
    CHECK(all(read_arguments({"http://a/?x", "http://a/?y"}).errors).find("a second server of the name") !=
          std::string::npos);
}
