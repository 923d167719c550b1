#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "check/expressions.hpp"
#include "check/http_judge.hpp"
#include "check/http_request.hpp"
#include "check/secrets.hpp"
#include "net/http_reply.hpp"

using namespace connprobe;
using namespace connprobe::check;

namespace {

Target target_at(Settings settings, std::string host = "example.org", std::uint16_t port = 80) {
    Target target;
    target.host = std::move(host);
    target.port = port;
    target.settings = std::make_shared<const Settings>(std::move(settings));
    return target;
}

Settings over_tls(std::string name = {}) {
    Settings settings;
    settings.tls.emplace();
    settings.tls->server_name = std::move(name);
    return settings;
}

std::string host_line(const Target& target) {
    const auto request = http_request(target, {}, false);
    const auto at = request.find("Host: ");
    return request.substr(at, request.find("\r\n", at) - at);
}

}  // namespace

TEST_CASE("a request says what it wants and that the connection ends with it") {
    CHECK(http_request(target_at({}), {}, false) ==
          "GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: connprobe/" CONNPROBE_VERSION
          "\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    const HttpCheck check{.method = "POST",
                          .path = "/x?y",
                          .headers = {{"host", "other"}, {"X-A", "b"}},
                          .body = "{}",
                          .username = "Aladdin",
                          .password = "open sesame"};
    CHECK(http_request(target_at({}), check, true) ==
          "POST /x?y HTTP/1.1\r\nUser-Agent: connprobe/" CONNPROBE_VERSION
          "\r\nAccept: */*\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"
          "host: other\r\nX-A: b\r\nContent-Length: 2\r\n\r\n{}");
    CHECK(http_request(target_at({}), {.username = "ab"}, true).find("Basic YWI6\r\n") != std::string::npos);
}

TEST_CASE("the host of a request is the one that is meant, its port where it is not the usual one") {
    CHECK(host_line(target_at({}, "example.org", 8080)) == "Host: example.org:8080");
    CHECK(host_line(target_at({}, "::1")) == "Host: [::1]");
    CHECK(host_line(target_at({}, "::1", 81)) == "Host: [::1]:81");
    CHECK(host_line(target_at(over_tls(), "a", 443)) == "Host: a");
    CHECK(host_line(target_at(over_tls(), "a", 80)) == "Host: a:80");
    CHECK(host_line(target_at(over_tls("b"), "192.0.2.1", 443)) == "Host: b");
    auto target = target_at({});
    target.unix_path = "/run/app.sock";
    CHECK(host_line(target) == "Host: localhost");
}

TEST_CASE("an answer is read as it comes, and no further than it goes") {
    net::HttpReply reply{net::HttpReply::To::any};
    CHECK(reply.read("HTTP/1.1 200 O") == 14);
    CHECK(reply.state() == net::HttpReply::State::head);
    const std::string rest = "K\r\nServer: a\r\nserver: b\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1";
    const auto used = reply.read(rest);
    CHECK(reply.state() == net::HttpReply::State::body);
    CHECK(reply.status() == 200);
    CHECK(reply.reason() == "OK");
    CHECK(reply.header("SERVER") == "a");
    CHECK(reply.headers().size() == 3);
    reply.want_body();
    CHECK(reply.read(std::string_view{rest}.substr(used)) == rest.size() - used - 8);
    CHECK(reply.state() == net::HttpReply::State::done);
    CHECK(reply.body() == "abc");
    CHECK(reply.keeps_alive());
}

TEST_CASE("an answer to HEAD, and some statuses, have no body whatever their headers say") {
    for (const auto* text :
         {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\n"}) {
        net::HttpReply reply{std::string_view{text}.substr(9, 3) == "200" ? net::HttpReply::To::head
                                                                          : net::HttpReply::To::any};
        reply.want_body();
        reply.read(text);
        CHECK(reply.state() == net::HttpReply::State::done);
    }
}

TEST_CASE("a body without a length ends with the connection, one with a length does not") {
    net::HttpReply open{net::HttpReply::To::any};
    open.want_body();
    open.read("HTTP/1.1 200 OK\r\n\r\nabc");
    CHECK(open.state() == net::HttpReply::State::body);
    open.end();
    CHECK(open.state() == net::HttpReply::State::done);
    CHECK_FALSE(open.keeps_alive());

    net::HttpReply cut{net::HttpReply::To::any};
    cut.want_body();
    cut.read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
    cut.end();
    CHECK(cut.state() == net::HttpReply::State::body);
}

TEST_CASE("what follows a match can undo it only where the expression looks at it") {
    CHECK_FALSE(depends_on_end("ready"));
    CHECK(depends_on_end("ready$"));
    CHECK(depends_on_end("\\bready\\b"));
    CHECK(has_expected("not ready", "rea.y"));
    CHECK_FALSE(has_expected("not ready", "^rea.y"));
}

TEST_CASE("what is no UTF-8 is searched byte by byte") {
    CHECK(has_expected("caf\xe9 open", "caf. open"));
    CHECK(has_expected("a\xff\xfez", "^a.*z$"));
    CHECK(has_expected("a\xff\xfez", "\\xff\\xfe"));
    CHECK_FALSE(has_expected("caf\xc3\xa9 open", "^caf.. open"));
    net::HttpReply reply{net::HttpReply::To::any};
    reply.read("HTTP/1.1 200 OK\r\nX-Place: caf\xe9 open\r\n\r\n");
    CHECK_FALSE(judge_head(reply, {.expect_headers = {{"x-place", "^caf. open$"}}}, ""));
}

TEST_CASE("what a request says beyond the usual headers is secret") {
    const auto secrets = [](const HttpCheck& check) {
        std::string text;
        for (const auto& each : secrets_of(check)) text += each + '|';
        return text;
    };
    CHECK(secrets({.headers = {{"AUTHORIZATION", "Bearer t0ken.x=="}}}) == "Bearer t0ken.x==|t0ken.x|");
    CHECK(secrets({.headers = {{"Authorization", "Basic YWRtaW46aHVudGVyMjI="}}}) ==
          "Basic YWRtaW46aHVudGVyMjI=|YWRtaW46aHVudGVyMjI|admin:hunter22|hunter22|");
    CHECK(secrets({.headers = {{"Cookie", "session=abcdef; a=b"}}}) == "session=abcdef; a=b|abcdef|");
    CHECK(secrets({.headers = {{"X-Key", "hunter2"}, {"X-Short", "on"}}}) == "hunter2|");
    CHECK(secrets({.headers = {{"accept", "text/plain"}, {"Host", "example.org"}}}).empty());
    CHECK(secrets({.body = "{\"password\": \"hunter2\"}"}) == "{\"password\": \"hunter2\"}|hunter2|");
    CHECK(secrets({.path = "/x?token=hunter2&a=b"}) == "token=hunter2&a=b|hunter2|");
    CHECK(secrets({.path = "/x?2"}).empty());  // or each 2 of a version would be hidden
}

TEST_CASE("hints say what to do about a status") {
    const auto hint = [](std::string status, std::string_view rest = "") {
        net::HttpReply reply{net::HttpReply::To::any};
        reply.read("HTTP/1.1 " + status + " X\r\n\r\n");
        return judge_head(reply, {}, rest)->hint;
    };
    CHECK(hint("400", "The plain HTTP request was sent to HTTPS port") ==
          "the port speaks TLS: write https://, or turn tls on for it");
    CHECK(hint("400", "This combination of host and port requires TLS.") ==
          "the port speaks TLS: write https://, or turn tls on for it");
    CHECK(hint("400", "<center>No required SSL certificate was sent</center>") ==
          "the server wants a client certificate and got none: give one (--cert, --key)");
    CHECK(hint("400", "<center>The SSL certificate error</center>")
              .starts_with("the server does not accept the client "));
    CHECK(hint("400") == "check path and Host header: `curl -v URL`");
    CHECK(hint("511") == "a network login page answers: log this machine in");
    CHECK(hint("404") == "check the path: the server is there, but knows nothing under it");
    CHECK(hint("503") ==
          "it may be a proxy whose backend is down, or a service that starts or is overloaded: see its log");
}

TEST_CASE("a redirect that is not wanted is told, without its query") {
    net::HttpReply reply{net::HttpReply::To::any};
    reply.read("HTTP/1.1 302 Found\r\nLocation: https://sso.test/login?back=hunter2\r\n\r\n");
    CHECK(judge_head(reply, {.status = {{200, 200}}}, "")->hint ==
          "it leads to \"https://sso.test/login\": probe that, or list 302 in status");
}
