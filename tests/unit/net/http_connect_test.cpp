#include "net/http_connect.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace connprobe;
using namespace connprobe::net;

namespace {

const Proxy plain{ProxyType::http, "p", 3128};

std::string judged(const std::string& head, const Proxy& proxy = plain) {
    HttpReply reply{true};
    static_cast<void>(reply.read(head + "\r\n\r\n"));
    const auto failure = judge_connect({proxy, "db", 1}, reply);
    return failure ? std::string{to_string(failure->failure_class)} + " " + std::string{to_string(failure->code)}
                   : "none";
}

}  // namespace

TEST_CASE("a target is asked for by name and port, an IPv6 address in brackets") {
    CHECK(
        connect_request({plain, "db", 5432}).starts_with("CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\nUser-Agent: "));
    CHECK(connect_request({plain, "::1", 1}).starts_with("CONNECT [::1]:1 HTTP/1.1\r\nHost: [::1]:1\r\n"));
    const Proxy with_login{ProxyType::http, "p", 3128, "Aladdin", "open sesame"};
    const auto request = connect_request({with_login, "db", 1});
    CHECK(request.find("\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n") != std::string::npos);
    CHECK(request.ends_with("\r\n\r\n"));
}

TEST_CASE("a refusal has the code of what it says about the target") {
    CHECK(judged("HTTP/1.1 200 OK") == "none");
    CHECK(judged("HTTP/1.0 299 Fine") == "none");
    CHECK(judged("HTTP/1.1 403 No") == "proxy proxy_denied");
    CHECK(judged("HTTP/1.1 502 No") == "proxy proxy_denied");
    CHECK(judged("HTTP/1.1 504 Late") == "timeout connect_timeout");
    CHECK(judged("HTTP/1.1 300 Choose") == "proxy proxy_unexpected_reply");
    CHECK(judged("HTTP/1.1 600 Beyond") == "proxy proxy_unexpected_reply");
    CHECK(judged("HTTP/1.1 407 Login") == "auth proxy_authentication_failed");
}

TEST_CASE("a header says more than the status (RFC 9209, squid)") {
    const auto proxy_status = [](const std::string& what) { return judged("HTTP/1.1 502 x\r\nProxy-Status: " + what); };
    CHECK(proxy_status("a; error=connection_refused") == "network connection_refused");
    CHECK(proxy_status("a;error=\"connection_timeout\"; details=\"error=x\"") == "timeout connect_timeout");
    CHECK(proxy_status("a; error=destination_ip_unroutable") == "network network_unreachable");
    CHECK(proxy_status("a; error=destination_ip_prohibited") == "proxy proxy_denied");
    CHECK(proxy_status("a; error=dns_error") == "dns host_not_found");
    CHECK(proxy_status("a; error=dns_error; rcode=\"SERVFAIL\"") == "dns dns_server_failure");
    CHECK(proxy_status("a; error=dns_timeout") == "dns dns_timeout");
    CHECK(proxy_status("a; error=of_its_own") == "proxy proxy_denied");
    CHECK(proxy_status("a; noerror=connection_refused") == "proxy proxy_denied");
    CHECK(proxy_status("a; error=\"connection_refused") == "network connection_refused");
    const auto squid = [](const std::string& what) { return judged("HTTP/1.1 503 x\r\nX-Squid-Error: " + what); };
    CHECK(squid("ERR_CONNECT_FAIL 111") == "network connection_refused");
    CHECK(squid("ERR_CONNECT_FAIL 110") == "timeout connect_timeout");
    CHECK(squid("ERR_CONNECT_FAIL 101") == "network network_unreachable");
    CHECK(squid("ERR_CONNECT_FAIL 99999") == "proxy proxy_denied");
    CHECK(squid("ERR_CONNECT_FAIL") == "proxy proxy_denied");
    CHECK(squid("ERR_DNS_FAIL 0") == "dns host_not_found");
}
