#include <doctest/doctest.h>

#include "scripted.hpp"

using namespace connprobe;
using namespace connprobe::tests;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nServer: test/1\r\nContent-Length: 2\r\n\r\nok";

struct Row {
    const char* what;
    Script script;
    const char* verdict;
};

void judge(const std::vector<Row>& rows, const HttpCheck& check, Duration timeout = std::chrono::seconds{20}) {
    for (const auto& row : rows) {
        CAPTURE(row.what);
        const auto checked = check_once(row.script, check, timeout);
        CHECK(checked.verdict == row.verdict);
        CHECK(checked.result.latency().check);
        if (checked.result.error) CHECK(checked.result.error->phase == Phase::check);
    }
}

Script answer(std::string text) { return {hear(), say(std::move(text))}; }

}  // namespace

TEST_CASE("answers of HTTP that say ready") {
    judge({{"with a length", answer(ok), "up"},
           {"byte by byte", {hear(), drip(ok)}, "up"},
           {"without a length", answer("HTTP/1.1 200 OK\r\n\r\nhello"), "up"},
           {"in chunks", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"), "up"},
           {"no content", answer("HTTP/1.1 204 No Content\r\n\r\n"), "up"},
           {"a length that is said twice",
            answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2 \r\n\r\nok"), "up"},
           {"a list of equal lengths (RFC 9110 section 8.6)",
            answer("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok"), "up"},
           {"no reason", answer("HTTP/1.1 200\r\n\r\n"), "up"},
           {"an empty line before it", answer("\r\n" + ok), "up"},
           {"a redirect", answer("HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n"), "up"},
           {"lines of \\n alone", answer("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), "up"},
           {"HTTP/1.0", answer("HTTP/1.0 200 OK\r\n\r\n"), "up"},
           {"after 100", answer("HTTP/1.1 100 Continue\r\n\r\n" + ok), "up"},
           {"after 103, which has headers", answer("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok), "up"},
           {"before it was asked", {say(ok)}, "up"},
           {"a body without end", {hear(), say("HTTP/1.1 200 OK\r\n\r\n"), forever("xxxxxxxx")}, "up"},
           {"a body that is cut short", answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"), "up"},
           {"a reset behind the answer", {hear(), say(ok), reset()}, "up"}},
          {});
}

TEST_CASE("answers of HTTP that do not") {
    judge(
        {{"404", answer("HTTP/1.1 404 Not Found\r\n\r\n"), "unexpected_status"},
         {"500", answer("HTTP/1.1 500 Oh\r\n\r\n"), "unexpected_status"},
         {"503", answer("HTTP/1.1 503 Service Unavailable\r\n\r\n"), "unexpected_status"},
         {"407", answer("HTTP/1.1 407 Proxy\r\n\r\n"), "unexpected_status"},
         {"101", answer("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), "unexpected_status"},
         {"600", answer("HTTP/1.1 600 What\r\n\r\n"), "unexpected_status"},
         {"401", answer("HTTP/1.1 401 Unauthorized\r\n\r\n"), "authentication_failed"},
         {"403", answer("HTTP/1.1 403 Forbidden\r\n\r\n"), "forbidden"},
         {"99", answer("HTTP/1.1 99 X\r\n\r\n"), "unexpected_reply"},
         {"four digits (RFC 9112 section 4)", answer("HTTP/1.1 0200 OK\r\n\r\n"), "unexpected_reply"},
         {"many digits, in pieces", {hear(), drip("HTTP/1.1 000000000200 OK\r\n\r\n")}, "unexpected_reply"},
         {"two digits", answer("HTTP/1.1 20\r\n\r\n"), "unexpected_reply"},
         {"four digits after 100", answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 0200 OK\r\n\r\n"), "unexpected_reply"},
         {"1000", answer("HTTP/1.1 1000 X\r\n\r\n"), "unexpected_reply"},
         {"HTTP/2 in words", answer("HTTP/2.0 200 OK\r\n\r\n"), "unexpected_reply"},
         {"HTTP/2 in frames", answer(std::string("\0\0\0\4\0\0\0\0\0", 9)), "unexpected_reply"},
         {"interim answers without end", {hear(), forever("HTTP/1.1 100 Continue\r\n\r\n")}, "unexpected_reply"}},
        {});
}

TEST_CASE("what is no HTTP, and HTTP that is broken") {
    judge({{"SSH, which speaks first", {say("SSH-2.0-OpenSSH_9.2\r\n"), hold()}, "unexpected_reply"},
           {"SMTP", {say("220 mail ESMTP\r\n"), hold()}, "unexpected_reply"},
           {"a TLS alert", answer("\x15\x03\x01"), "unexpected_reply"},
           {"a page without a status", answer("<html>hello</html>"), "unexpected_reply"},
           {"an echo", answer("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "unexpected_reply"},
           {"two lengths", answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nok"),
            "unexpected_reply"},
           {"a negative length", answer("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), "unexpected_reply"},
           {"two lengths in a list", answer("HTTP/1.1 200 OK\r\nContent-Length: 2, 5\r\n\r\nok"), "unexpected_reply"},
           {"an empty length", answer("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n"), "unexpected_reply"},
           {"a length beyond all numbers", answer("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
            "unexpected_reply"},
           {"a NUL", answer(std::string("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", 27)), "unexpected_reply"},
           {"a header without a colon", answer("HTTP/1.1 200 OK\r\nabc\r\n\r\n"), "unexpected_reply"},
           {"headers without end", {hear(), say("HTTP/1.1 200 OK\r\n"), forever("A: b\r\n")}, "reply_too_large"},
           {"a header without end", {hear(), say("HTTP/1.1 200 OK\r\nA: "), forever("bbbb")}, "reply_too_large"},
           {"closed at once", {}, "connection_closed"},
           {"closed after the question", {hear()}, "connection_closed"},
           {"closed within the head", answer("HTTP/1.1 200 OK\r\nServ"), "connection_closed"},
           {"reset after the question", {hear(), reset()}, "connection_reset"}},
          {});
}

TEST_CASE("a server that is silent, or slow, runs out of time") {
    judge({{"silence", {hold()}, "check_timeout"},
           {"half a head", {hear(), say("HTTP/1.1 200 OK\r\n"), hold()}, "check_timeout"}},
          {}, soon);
    const auto checked = check_once({hold()}, HttpCheck{}, soon);
    CHECK(checked.result.error->message == "the server did not answer within 150 ms (timeout)");
}

TEST_CASE("an end before the first byte has a hint, whichever end it is; a half answer has its own") {
    const auto hint = "a TLS port hangs up on plain text like this, and so does a proxy without a backend";
    CHECK(check_once({hear()}, HttpCheck{}).result.error->hint == hint);
    CHECK(check_once({hear(), reset()}, HttpCheck{}).result.error->hint == hint);
    CHECK(check_once({hear(), say("HTTP/1.1 "), hold()}, HttpCheck{}, soon).result.error->hint ==
          "the server began to answer and stopped: look at its load and log, or give it more time");
}

TEST_CASE("a TLS port may explain its 400 later than its head") {
    const auto hint = [](Script script) { return check_once(std::move(script), HttpCheck{}).result.error->hint; };
    const std::string head = "HTTP/1.1 400 Bad Request\r\n\r\n";
    CHECK(hint({hear(), say(head), drip("Client sent an HTTP request to an HTTPS server."), hold()}) ==
          "the port speaks TLS: write https://, or turn tls on for it");
    const auto other = "check path and Host header: `curl -v URL`";
    CHECK(hint({hear(), say(head), hold()}) == other);
    CHECK(hint({hear(), say(head), reset()}) == other);
    CHECK(hint({hear(), say(head), forever("xxxxxxxxxxxxxxxx")}) == other);
    CHECK(hint({hear(), say("HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno"), hold()}) == other);
}

TEST_CASE("a server that speaks HTTP/2 alone is told from one that breaks HTTP") {
    const auto hint = [](std::string said) {
        return check_once(answer(std::move(said)), HttpCheck{}).result.error->hint;
    };
    CHECK(hint(std::string("\0\0\0\4\0\0\0\0\0", 9)) ==
          "it speaks HTTP/2 only: probe a port that speaks HTTP/1.1, or tcp://HOST:PORT");
    CHECK(hint("HTTP/1.1 OK\r\n\r\n") == "the server breaks HTTP here: see its log, and what stands before it");
}

TEST_CASE("who speaks is known from a whole line, also where its bytes come one by one") {
    const auto checked = check_once({drip("SSH-2.0-x\r\n"), hold()}, HttpCheck{});
    CHECK(checked.result.error->message == "the server said \"SSH-2.0-x\", which is not HTTP");
    CHECK(checked.result.error->hint == "the port speaks SSH: is it the one you mean?");
}

TEST_CASE("a body that is encoded is not compared with what is expected of it plain") {
    const auto hint = [](std::string header) {
        return check_once(answer("HTTP/1.1 200 OK\r\n" + header + "\r\n\r\n..."), HttpCheck{.expect_body = "ready"})
            .result.error->hint;
    };
    CHECK(
        hint("Content-Encoding: gzip") ==
        "the body is encoded (Content-Encoding: \"gzip\"), and is looked at as it comes: let the server send it plain");
    CHECK(hint("Content-Encoding: identity") ==
          "compare it with `curl -si URL`; if the answer is right, correct the pattern");
}

TEST_CASE("a redirect is shown without what may be secret in it") {
    const auto hint = [](const std::string& location) {
        return check_once(answer("HTTP/1.1 302 Found\r\nLocation: " + location + "\r\n\r\n"),
                          HttpCheck{.status = {{200, 200}}})
            .result.error->hint;
    };
    CHECK(hint("https://u:p@a:b@host/@x?token=y") ==
          "it leads to \"https://host/@x\": probe that, or list 302 in status");
    CHECK(hint("//u@host") == "it leads to \"//host\": probe that, or list 302 in status");
    CHECK(hint("/login@x#y") == "it leads to \"/login@x\": probe that, or list 302 in status");
}

TEST_CASE("the facts of an answer are kept, also of one that is not wanted") {
    const auto good = check_once(answer(ok), HttpCheck{});
    REQUIRE(good.result.check);
    CHECK(good.result.check->type == CheckType::http);
    CHECK(good.result.check->status == 200U);
    CHECK(good.result.check->detail == "test/1");
    const auto bad = check_once(answer("HTTP/1.1 503 Busy\r\nServer: a\r\n\r\n"), HttpCheck{.path = "/x?token=secret"});
    REQUIRE(bad.result.check);
    CHECK(bad.result.check->status == 503U);
    CHECK(bad.result.error->message == "the server answered 503 Busy to GET /x; expected 200-399");
}

TEST_CASE("credentials and the query are hidden where a server repeats them") {
    const HttpCheck login{
        .path = "/x?key=abc", .username = "u", .password = "hunter2", .expect_body = "ready", .expect_headers = {}};
    const std::string all = "hunter2 dTpodW50ZXIy key=abc";
    const auto told = [&](std::string text) { return check_once(answer(std::move(text)), login).result; };
    CHECK(
        told("HTTP/1.1 500 " + all + "\r\n\r\n").error->message.starts_with("the server answered 500 *** *** *** to"));
    CHECK(told("HTTP/1.1 200 OK\r\nServer: " + all + "\r\n\r\n").check->detail == "*** *** ***");
    CHECK(told("HTTP/1.1 200 OK\r\n\r\n" + all).error->message == "the body: expected /ready/, found \"*** *** ***\"");
    CHECK(told(all + "\r\n").error->message == "the server said \"*** *** ***\", which is not HTTP");
}

TEST_CASE("headers of a request are hidden where a server repeats them") {
    const HttpCheck token{.headers = {{"Authorization", "Bearer hunter2"}}, .expect_body = "ready"};
    const auto told = [&](std::string text) { return check_once(answer(std::move(text)), token).result; };
    CHECK(told("HTTP/1.1 500 hunter2\r\n\r\n").error->message.starts_with("the server answered 500 *** to"));
    CHECK(told("HTTP/1.1 500 x\r\nServer: Bearer hunter2\r\n\r\n").check->detail == "***");
    CHECK(told("HTTP/1.1 200 OK\r\n\r\nno hunter2").error->message == "the body: expected /ready/, found \"no ***\"");
    CHECK(told("you say hunte").error->message == "the server said \"you say ***\", which is not HTTP");
}

TEST_CASE("statuses, headers and a body can be asked for") {
    const HttpCheck teapot{.status = {{200, 200}, {401, 418}}};
    judge({{"a listed status", answer("HTTP/1.1 401 No\r\n\r\n"), "up"},
           {"one in a range", answer("HTTP/1.1 418 Teapot\r\n\r\n"), "up"},
           {"one that is not", answer("HTTP/1.1 201 Created\r\n\r\n"), "unexpected_status"}},
          teapot);
    const HttpCheck header{.expect_headers = {{"content-TYPE", "^text/"}}};
    judge({{"the header", answer("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"), "up"},
           {"another value", answer("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"), "unexpected_reply"},
           {"none", answer(ok), "unexpected_reply"}},
          header);
    judge({{"blanks around it", answer("HTTP/1.1 200 OK\r\nState:\t ready \t \r\n\r\n"), "up"}},
          {.expect_headers = {{"State", "^ready$"}}});
    const HttpCheck body{.expect_body = "rea+dy"};
    const std::string head = "HTTP/1.1 200 OK\r\n", chunked = "Transfer-Encoding: chunked\r\n\r\n";
    judge({{"in a body with a length", answer(head + "Content-Length: 5\r\n\r\nready"), "up"},
           {"in chunks", answer(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nre\r\n3\r\nady\r\n0\r\n\r\n"), "up"},
           {"in chunks, with a length that is none",
            answer(head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nready\r\n0\r\n\r\n"), "up"},
           {"extensions without end", {hear(), say(head + chunked + "5;"), forever("aaaaaaaa")}, "reply_too_large"},
           {"trailers without end", {hear(), say(head + chunked + "0\r\n"), forever("A: b\r\n")}, "reply_too_large"},
           {"up to the end of the connection", answer(head + "\r\nready"), "up"},
           {"at the beginning of a body without end", {hear(), say(head + "\r\nready"), forever("x")}, "up"},
           {"nowhere", answer(head + "Content-Length: 2\r\n\r\nno"), "unexpected_reply"},
           {"nowhere in 64 KiB", {hear(), say(head + "\r\n"), forever("xxxxxxxxxxxxxxxx")}, "reply_too_large"},
           {"nowhere before a cut", answer(head + "Content-Length: 9\r\n\r\nno"), "connection_closed"},
           {"in broken chunks", answer(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "unexpected_reply"}},
          body);
    // An end that is asked for is the end of the body, not of what has come of it so far.
    judge({{"an end that comes later", {hear(), drip(head + "Content-Length: 8\r\n\r\nready no")}, "unexpected_reply"},
           {"the end", {hear(), drip(head + "Content-Length: 5\r\n\r\nready")}, "up"}},
          {.expect_body = "^ready$"});
}
