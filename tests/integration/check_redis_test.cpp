#include <doctest/doctest.h>

#include "scripted.hpp"

using namespace connprobe;
using namespace connprobe::tests;

namespace {

struct Row {
    const char* what;
    Script script;
    const char* verdict;
};

void judge(const std::vector<Row>& rows, const RedisCheck& check, Duration timeout = std::chrono::seconds{20}) {
    for (const auto& row : rows) {
        CAPTURE(row.what);
        CHECK(check_once(row.script, check, timeout).verdict == row.verdict);
    }
}

Script answer(std::string text) { return {hear(), say(std::move(text))}; }

}  // namespace

TEST_CASE("a PING without credentials") {
    judge({{"PONG", answer("+PONG\r\n"), "up"},
           {"byte by byte", {hear(), drip("+PONG\r\n")}, "up"},
           {"as a bulk string", answer("$4\r\nPONG\r\n"), "up"},
           {"a demand for a login", answer("-NOAUTH Authentication required.\r\n"), "up"},
           {"loading", answer("-LOADING Redis is loading the dataset in memory\r\n"), "not_serving"},
           {"no master", answer("-MASTERDOWN Link with MASTER is down\r\n"), "not_serving"},
           {"a script", answer("-BUSY Redis is busy running a script\r\n"), "not_serving"},
           {"no cluster", answer("-CLUSTERDOWN The cluster is down\r\n"), "not_serving"},
           {"no disk", answer("-MISCONF Redis is configured to save RDB snapshots\r\n"), "not_serving"},
           {"too many clients", answer("-ERR max number of clients reached\r\n"), "not_serving"},
           {"protected mode", answer("-DENIED Redis is running in protected mode\r\n"), "forbidden"},
           {"not permitted", answer("-NOPERM this user has no permissions\r\n"), "forbidden"},
           {"an error", answer("-ERR unknown command\r\n"), "unexpected_reply"},
           {"another word", answer("+OK\r\n"), "unexpected_reply"},
           {"a number", answer(":1\r\n"), "unexpected_reply"},
           {"a bulk string that is longer than it says", answer("$4\r\nPONGXX"), "unexpected_reply"},
           {"nothing, as a bulk string", answer("$-1\r\n"), "unexpected_reply"},
           {"a length that cannot be", answer("$-5\r\n"), "unexpected_reply"},
           {"an echo", answer("*1\r\n$4\r\nPING\r\n"), "unexpected_reply"},
           {"HTTP", answer("HTTP/1.1 400 Bad Request\r\n\r\n"), "unexpected_reply"},
           {"SSH", {say("SSH-2.0-x\r\n"), hold()}, "unexpected_reply"},
           {"a line without end", {hear(), say("+"), forever("xxxx")}, "reply_too_large"},
           {"a huge string", answer("$999999999\r\n"), "reply_too_large"},
           {"closed", {hear()}, "connection_closed"},
           {"closed within the answer", answer("+PO"), "connection_closed"},
           {"reset", {hear(), reset()}, "connection_reset"}},
          {});
    CHECK(check_once({hear(), reset()}, RedisCheck{}).result.error->hint ==
          "a TLS port hangs up on plain text like this, and so does a proxy without a backend");
    CHECK(check_once(answer("$999999999\r\n"), RedisCheck{}).result.error->hint ==
          "no answer to this question is so long: check that the service behind the port is the one you mean");
    CHECK(check_once(answer("-NOPERM x\r\n"), RedisCheck{}).result.error->hint ==
          "let the user run what was refused: ACL SETUSER NAME +ping +select");
    CHECK(check_once({drip("SSH-2.0-x\r\n"), hold()}, RedisCheck{}).result.error->hint ==
          "the port speaks SSH: is it the one you mean?");
    CHECK(check_once(answer("-ERR odd\r\n"), RedisCheck{}).result.error->hint ==
          "see what it says to `redis-cli -h HOST -p PORT ping`");
    judge({{"silence", {hold()}, "check_timeout"}, {"half an answer", {hear(), say("+PO"), hold()}, "check_timeout"}},
          {}, soon);
}

TEST_CASE("a PING after AUTH and SELECT") {
    const RedisCheck login{.username = "u", .password = "hunter2", .database = 2};
    const auto then = [](std::string first, std::string second, std::string third) {
        return Script{hear(), say(std::move(first)), hear(), say(std::move(second)), hear(), say(std::move(third))};
    };
    judge({{"all good", then("+OK\r\n", "+OK\r\n", "+PONG\r\n"), "up"},
           {"a wrong password", answer("-WRONGPASS invalid username-password pair\r\n"), "authentication_failed"},
           {"an old server's words", answer("-ERR invalid password\r\n"), "authentication_failed"},
           {"no password there", answer("-ERR AUTH <password> called without any password configured\r\n"),
            "authentication_failed"},
           {"still not logged in", then("+OK\r\n", "-NOAUTH x\r\n", ""), "authentication_failed"},
           {"no such database", then("+OK\r\n", "-ERR DB index is out of range\r\n", ""), "unexpected_reply"},
           {"a database that is not for this user", then("+OK\r\n", "-NOPERM x 'select' command\r\n", ""), "forbidden"},
           {"loading", answer("-LOADING x\r\n"), "not_serving"}},
          login);
    const auto told = check_once(answer("-ERR unknown command 'AUTH', with args beginning with: 'hunter2'\r\n"), login);
    CHECK(told.result.error->message.find("hunter2") == std::string::npos);
    CHECK(told.result.check->detail.find("hunter2") == std::string::npos);
}
