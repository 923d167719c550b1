#include "net/http_connect.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <string>

using namespace connprobe;
using namespace connprobe::net;

namespace {

const Proxy plain{ProxyType::http, "p", 3128};

std::string judged(const std::string& head, const Proxy& proxy = plain) {
    HttpReply reply{HttpReply::To::connect};
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

TEST_CASE("a refusal without a reason has the advice that fits its status") {
    const auto hint = [](const std::string& status) {
        HttpReply reply{HttpReply::To::connect};
        static_cast<void>(reply.read("HTTP/1.1 " + status + " x\r\n\r\n"));
        return judge_connect({plain, "db", 1}, reply)->hint;
    };
    for (const auto* status : {"500", "502", "503"})
        CHECK(hint(status) == "the proxy does not say what failed: see its log, and whether it can reach db:1");
    CHECK(hint("401").starts_with("a proxy that says so does not accept the user and password in its URL;"));
    CHECK(hint("403").starts_with("the proxy's rules do not allow db:1"));
    CHECK(hint("405").starts_with("a web server that is no proxy answers like this"));
}

TEST_CASE("after CONNECT no header tells of a body (RFC 9110 section 9.3.6)") {
    for (const std::string headers :
         {"Content-Length: 1\r\nContent-Length: 2", "Content-Length: abc", "Content-Length: -1",
          "Content-Length:", "Content-Length: 5, 6", "content-length: 99999999999999999999999",
          "Transfer-Encoding: chunked", "Transfer-Encoding: gzip\r\nContent-Length: 5"}) {
        CAPTURE(headers);
        HttpReply reply{HttpReply::To::connect};
        reply.want_body();
        const auto head = "HTTP/1.1 200 OK\r\n" + headers + "\r\n\r\n";
        CHECK(reply.read(head + "5\r\nhello") == head.size());
        CHECK(reply.state() == HttpReply::State::done);
        CHECK_FALSE(judge_connect({plain, "db", 1}, reply));
    }
}

TEST_CASE("what begins as HTTP and is none has a reason") {
    const auto message = [](const std::string& said) {
        HttpReply reply{HttpReply::To::connect};
        static_cast<void>(reply.read(said));
        CHECK(reply.state() == HttpReply::State::broken);
        return broken_answer({plain, "db", 1}, said, reply.problem()).message;
    };
    CHECK(
        message("HTTP/1.1 0200 OK\r\n\r\n") ==
        "the proxy p:3128 answered in malformed HTTP (invalid HTTP status code); it begins with \"HTTP/1.1 0200 OK\"");
    CHECK(message("220 mail\r\n") == "the proxy p:3128 said \"220 mail\", which is no answer of HTTP");
}

TEST_CASE("a login that is asked for is found in a list of them") {
    const auto message = [](const std::string& headers) {
        HttpReply reply{HttpReply::To::connect};
        static_cast<void>(reply.read("HTTP/1.1 407 X\r\n" + headers + "\r\n\r\n"));
        return judge_connect({plain, "db", 1}, reply)->message;
    };
    const std::string wanted = "the proxy p:3128 wants a login, and no user and password were given (407 X)";
    CHECK(message("Proxy-Authenticate: Negotiate, Basic realm=\"x\"") == wanted);
    CHECK(message("Proxy-Authenticate: Digest realm=\"a, Basic \\\" b\", nonce = \"c\" ,basic") == wanted);
    CHECK(message("Proxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic") == wanted);
    CHECK(message("Proxy-Authenticate: Digest realm=\"Basic, x\", Basic=\"y\", NTLM") ==
          wanted + "; it asks for Digest");
}

TEST_CASE("a login that a proxy repeats is not shown") {
    const Proxy proxy{ProxyType::http, "p", 3128, "Aladdin", "open sesame"};
    const Route route{proxy, "db", 1};
    for (const std::string said : {"HTTP/1.1 407 Aladdin open sesame", "HTTP/1.1 403 QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                                   "HTTP/1.1 503 x\r\nX-Squid-Error: ERR_DNS_FAIL open sesame",
                                   "HTTP/1.1 407 x\r\nProxy-Authenticate: Aladdin"}) {
        CAPTURE(said);
        HttpReply reply{HttpReply::To::connect};
        static_cast<void>(reply.read(said + "\r\n\r\n"));
        const auto message = judge_connect(route, reply)->message;
        CHECK(message.find("***") != std::string::npos);
        for (const auto* secret : {"Aladdin", "sesame", "QWxh"}) CHECK(message.find(secret) == std::string::npos);
    }
    CHECK(broken_answer(route, "you say QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "").message ==
          "the proxy p:3128 said \"you say ***\", which is no answer of HTTP");
    CHECK(broken_answer(route, "HTTP/1.1 x QWxhZGRp", "odd").message ==
          "the proxy p:3128 answered in malformed HTTP (odd); it begins with \"HTTP/1.1 x ***\"");
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
    CHECK(proxy_status("a; details=\"x; error=dns_timeout\"; error=connection_refused") ==
          "network connection_refused");
    CHECK(proxy_status("\"a; error=dns_timeout\"; error=connection_refused ; rcode=x") == "network connection_refused");
    CHECK(proxy_status("a, b; error=connection_refused, c; error=dns_timeout") == "network connection_refused");
    CHECK(proxy_status("a; error=own\r\nProxy-Status: b; error=connection_refused") == "network connection_refused");
    CHECK(proxy_status("a; error=dns_error, b; rcode=SERVFAIL") == "dns host_not_found");
    const auto squid = [](const std::string& what) { return judged("HTTP/1.1 503 x\r\nX-Squid-Error: " + what); };
    CHECK(squid("ERR_CONNECT_FAIL 111") == "network connection_refused");
    CHECK(squid("ERR_CONNECT_FAIL 110") == "timeout connect_timeout");
    CHECK(squid("ERR_CONNECT_FAIL 101") == "network network_unreachable");
    CHECK(squid("ERR_CONNECT_FAIL 99999") == "proxy proxy_denied");
    CHECK(squid("ERR_CONNECT_FAIL") == "proxy proxy_denied");
    CHECK(squid("ERR_DNS_FAIL 0") == "dns host_not_found");
}

TEST_CASE("what a proxy's machine lacks is the proxy's fault, not this machine's") {
    for (const int error : {EPERM, ENOMEM, EAGAIN, EMFILE, EADDRINUSE, EAFNOSUPPORT, EADDRNOTAVAIL}) {
        CAPTURE(error);
        CHECK(judged("HTTP/1.1 503 x\r\nX-Squid-Error: ERR_CONNECT_FAIL " + std::to_string(error)) ==
              "proxy proxy_denied");
    }
    HttpReply reply{HttpReply::To::connect};
    static_cast<void>(reply.read("HTTP/1.1 503 x\r\nX-Squid-Error: ERR_CONNECT_FAIL 24\r\n\r\n"));
    CHECK(judge_connect({plain, "db", 1}, reply)->message ==
          "the proxy p:3128 could not connect to db:1 (503 x, X-Squid-Error: ERR_CONNECT_FAIL 24 (EMFILE))");
}
