#include <doctest/doctest.h>

#include <string>

#include "check/conversation.hpp"
#include "check/postgres_messages.hpp"
#include "check/resp.hpp"

using namespace connprobe;
using namespace connprobe::check;
using namespace std::string_literals;

TEST_CASE("commands of Redis are lists of strings with their lengths") {
    CHECK(resp_command({"AUTH", "a b"}) == "*2\r\n$4\r\nAUTH\r\n$3\r\na b\r\n");
    using Commands = std::vector<std::vector<std::string>>;
    CHECK(redis_commands({}) == Commands{{"PING"}});
    CHECK(redis_commands({.password = "p"}) == Commands{{"AUTH", "p"}, {"PING"}});
    CHECK(redis_commands({.username = "u", .password = "p", .database = 3}) ==
          Commands{{"AUTH", "u", "p"}, {"SELECT", "3"}, {"PING"}});
}

TEST_CASE("an answer of Redis is read when it is there as a whole") {
    CHECK_FALSE(read_resp("").wrong);
    CHECK_FALSE(read_resp("+PON").reply);
    CHECK(read_resp("+PONG\r\nrest").used == 7);
    CHECK(read_resp("+PONG\r\n").reply->text == "PONG");
    CHECK_FALSE(read_resp("$4\r\nPO").reply);
    CHECK(read_resp("$4\r\nPONG\r\n").reply->text == "PONG");
    CHECK(read_resp("$4\r\nPONG\r\n").used == 10);
    CHECK(read_resp("$-2\r\n").wrong);
    CHECK(read_resp("$99999999999999999999999\r\n").too_large);
    CHECK(read_resp("HTTP/1.1").wrong);
}

TEST_CASE("a password is taken out of what a server repeats") {
    CHECK(hide_password("x secret secret", {.password = "secret"}) == "x *** ***");
    CHECK(hide_password("****", {.password = "*"}) == "************");
    CHECK(hide_password("x", {}) == "x");
}

TEST_CASE("a startup message names user and database, and no password") {
    CHECK(startup_message({}) == "\0\0\0\x33\0\3\0\0user\0connprobe\0application_name\0connprobe\0\0"s);
    CHECK(startup_message({.user = "a", .database = "b"}) ==
          "\0\0\0\x36\0\3\0\0user\0a\0database\0b\0application_name\0connprobe\0\0"s);
    CHECK(terminate_message() == "X\0\0\0\4"s);
}

TEST_CASE("a message of PostgreSQL is judged when it is there as a whole") {
    CHECK(judge_postgres("").needs_more);
    CHECK(judge_postgres("R\0\0\0\x08\0\0"s).needs_more);
    CHECK(judge_postgres("R\0\0\0\x08\0\0\0\0"s).detail == "no password needed");
    CHECK(judge_postgres("SSH-2.0-x\r\n").failure->code == Code::unexpected_reply);
}

TEST_CASE("what is not an answer is named by what it speaks, unless that is what was asked for") {
    CHECK(other_protocol("Redis", "SSH-2.0-x\r\n").hint == "the port speaks SSH: is it the one you mean?");
    const std::string generic = "check that the service behind the port is the one you mean";
    CHECK(other_protocol("Redis", "\r\n+PONG\r\n").hint == generic);
    CHECK(other_protocol("PostgreSQL", "E\0\0\0\2"s).hint == generic);
}
