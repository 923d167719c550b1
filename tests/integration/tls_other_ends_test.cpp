#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <utility>

#include "tls_probe.hpp"

using namespace connprobe;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

struct Row {
    std::string what;
    std::function<void(int)> treat;
    std::string code, words, hint;
};

std::function<void(int)> greet(std::string_view text) {
    return [text](int client) {
        tests::send_text(client, text);
        tests::read_all(client);
    };
}

std::function<void(int)> answer(std::string_view text) {
    return [text](int client) {
        if (tests::wait_for_client(client)) tests::send_text(client, text);
        ::shutdown(client, SHUT_WR);
        tests::read_all(client);
    };
}

void check(const Row& row) {
    CAPTURE(row.what);
    const tests::LoopbackServer server{row.treat};
    tests::TlsProbe probe{server.port()};
    probe.settings.insecure = true;
    const auto outcome = tests::run(probe);
    CHECK(outcome.code() == row.code);
    REQUIRE(outcome.failure);
    CAPTURE(outcome.failure->message);
    CAPTURE(outcome.failure->hint);
    CHECK(outcome.failure->message.find(row.words) != std::string::npos);
    CHECK(outcome.failure->hint.find(row.hint) != std::string::npos);
    CHECK_FALSE(outcome.report.facts.version);
    CHECK_FALSE(outcome.session_kept);
}

}  // namespace

TEST_CASE("what came before a reset that our hello meets says more than the reset") {
    for (const auto& [greeting, code] : {std::pair{"220 hi\r\n", "not_tls"}, std::pair{"", "connection_reset"}}) {
        const tests::LoopbackServer server{[greeting](int client) {
            tests::send_text(client, greeting);
            tests::reset_on_close(client);
        }};
        tests::TlsProbe probe{server.port()};
        probe.late = true;
        CHECK(tests::run(probe).code() == code);
    }
}

TEST_CASE("what is no TLS is named by what it says") {
    check({"HTTP", answer("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), "not_tls",
           "\"HTTP/1.1 400 Bad Request\"", "the port speaks plain HTTP"});
    check(
        {"SSH speaks first", greet("SSH-2.0-OpenSSH_9.2p1\r\n"), "not_tls", "\"SSH-2.0-OpenSSH_9.2p1\"", "speaks SSH"});
    check({"SMTP speaks first", greet("220 mx.example.org ESMTP\r\n"), "not_tls", "ESMTP", "SMTP: it changes to TLS"});
    check({"MySQL speaks first",
           greet("\x4a\0\0\0\x0a"
                 "8.0.35\0"sv),
           "not_tls", "the bytes 4a 00 00 00 0a 38", "MySQL"});
    check({"a protocol nobody knows", answer("hello?\n"), "not_tls", "\"hello?\"", "use the TLS port"});
    check({"greeting, then gone", [](int client) { tests::send_text(client, "-ERR too many clients\r\n"); }, "not_tls",
           "too many clients", "Redis or POP3"});
}

TEST_CASE("who hangs up is told from who says nothing") {
    check({"closed at once",
           [](int client) {
               ::shutdown(client, SHUT_WR);
               tests::read_all(client);
           },
           "connection_closed", "closed the connection before it had said anything", "is this the TLS port?"});
    check({"closed at our hello", answer(""), "connection_closed", "before it had said anything", ""});
    check({"reset at our hello",
           [](int client) {
               tests::wait_for_client(client);
               tests::reset_on_close(client);
           },
           "connection_reset", "reset the connection before", "is this the TLS port?"});
    check({"half a hello, then closed", answer("\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"sv), "connection_closed",
           "in the midst of its hello", ""});
}

TEST_CASE("a server that says nothing runs into the limit, which is named") {
    const tests::LoopbackServer server{tests::read_all};
    tests::TlsProbe probe{server.port()};
    probe.settings.insecure = true;
    probe.timeout = std::chrono::milliseconds{30};
    const auto outcome = tests::run(probe);
    REQUIRE(outcome.code() == "tls_timeout");
    CHECK(outcome.failure->message == "the server sent nothing within 30 ms (tls_timeout)");
    CHECK(outcome.elapsed.count() > 0);
}

TEST_CASE("a server that stops in its hello runs into the limit, and is not called silent") {
    const tests::LoopbackServer server{greet("\x16\x03\x03\x00\x7a\x02"sv)};
    tests::TlsProbe probe{server.port()};
    probe.settings.insecure = true;
    probe.timeout = std::chrono::milliseconds{30};
    const auto outcome = tests::run(probe);
    REQUIRE(outcome.code() == "tls_timeout");
    CHECK(outcome.failure->message ==
          "the server did not finish the handshake within 30 ms (tls_timeout): it stopped in the midst of its hello");
}

TEST_CASE("a run that ends cuts the handshake short") {
    const tests::LoopbackServer server{tests::read_all};
    tests::TlsProbe probe{server.port()};
    probe.settings.insecure = true;
    probe.cut_short = true;
    const auto outcome = tests::run(probe);
    CHECK(outcome.code() == "interrupted");
    CHECK(outcome.failure->phase == Phase::tls);
}

TEST_CASE("each alert has its code") {
    const auto alert = [](char number) { return "\x15\x03\x03\x00\x02\x02"s + number; };
    check({"protocol_version", [=](int c) { answer(alert(70))(c); }, "protocol_version",
           "the server does not speak TLS 1.2 to 1.3 (alert protocol_version)", ""});
    check({"handshake_failure", [=](int c) { answer(alert(40))(c); }, "no_shared_cipher", "(alert handshake_failure)",
           "no site localhost"});
    check({"insufficient_security", [=](int c) { answer(alert(71))(c); }, "no_shared_cipher", "insufficient_security",
           ""});
    check({"unrecognized_name", [=](int c) { answer(alert(112))(c); }, "handshake_failure",
           "the server has no site named localhost", "tls.server_name"});
    check(
        {"internal_error", [=](int c) { answer(alert(80))(c); }, "handshake_failure", "(alert internal_error)", "log"});
    check({"close_notify", [=](int c) { answer("\x15\x03\x03\x00\x02\x01\x00"sv)(c); }, "connection_closed", "closed",
           ""});
    check({"a number of no meaning", [=](int c) { answer(alert('\xee'))(c); }, "handshake_failure", "238", ""});
}

TEST_CASE("what begins like TLS and is none has OpenSSL's own words") {
    check({"garbage in a record", answer("\x16\x03\x03\x00\x08garbage!"sv), "handshake_failure", "", ""});
    check({"a record of impossible length", answer("\x16\x03\x03\xff\xff\x02\x00\x00\x76\x03\x03"sv),
           "handshake_failure", "", ""});
}
