#include <doctest/doctest.h>

#include "scripted.hpp"

using namespace connprobe;
using namespace connprobe::tests;
using namespace std::string_literals;

namespace {

std::string message(char kind, const std::string& content) {
    const auto size = content.size() + 4;
    return std::string(1, kind) + "\0\0"s + static_cast<char>(size >> 8) + static_cast<char>(size & 0xff) + content;
}
std::string error(const std::string& state, const std::string& text) {
    return message('E', "SFATAL\0VFATAL\0C"s + state + "\0M"s + text + "\0\0"s);
}

}  // namespace

TEST_CASE("what a PostgreSQL server says to a startup message") {
    struct Row {
        const char* what;
        Script script;
        const char* verdict;
        const char* detail;
    };
    for (const auto& row : std::vector<Row>{
             {"SCRAM", {hear(), say(message('R', "\0\0\0\x0aSCRAM-SHA-256\0\0"s))}, "up", "scram-sha-256"},
             {"MD5", {hear(), drip(message('R', "\0\0\0\5abcd"s))}, "up", "md5"},
             {"trust", {hear(), say(message('R', "\0\0\0\0"s) + "S...")}, "up", "no password needed"},
             {"crypt", {hear(), say(message('R', "\0\0\0\4ab"s))}, "up", "crypt"},
             {"SCM", {hear(), say(message('R', "\0\0\0\6"s))}, "up", "scm"},
             {"no such user", {hear(), say(error("28000", "role x"))}, "up", "28000 role x"},
             {"no such database", {hear(), say(error("3D000", "db"))}, "up", "3D000 db"},
             {"too many clients", {hear(), say(error("53300", "sorry"))}, "up", "53300 sorry"},
             {"starting", {hear(), say(error("57P03", "starting up"))}, "not_serving", "57P03 starting up"},
             {"stopping", {hear(), say(error("57P01", "terminating"))}, "not_serving", "57P01 terminating"},
             {"no process for us",
              {hear(), drip("Ecould not fork new process for connection: Cannot allocate memory\n\0"s)},
              "not_serving",
              ""},
             {"no process for us, in many words",
              {hear(), say("Ecould not fork" + std::string(300, 'x')), hold()},
              "not_serving",
              ""},
             {"starting, in the old protocol",
              {hear(), drip("EFATAL:  the database system is starting up\n\0"s)},
              "not_serving",
              ""},
             {"an error in the old protocol", {hear(), say("EFATAL:  unsupported\n\0"s)}, "unexpected_reply", ""},
             {"a protocol it takes, a warning, and a login",
              {hear(),
               drip(message('v', "\0\3\0\0\0\0\0\0"s) + message('N', "SWARNING\0\0"s) + message('R', "\0\0\0\5abcd"s))},
              "up",
              "md5"},
             {"warnings without end", {hear(), forever(message('N', "SWARNING\0\0"s))}, "reply_too_large", ""},
             {"an answer about SSL", {hear(), say("S")}, "unexpected_reply", ""},
             {"an unknown login", {hear(), say(message('R', "\0\0\0\x4d"s))}, "unexpected_reply", ""},
             {"a demand that is too long",
              {hear(), say(message('R', "\0\0\0\5"s + std::string(3000, 'x')))},
              "unexpected_reply",
              ""},
             {"an error without a state", {hear(), say(message('E', "Mx\0\0"s))}, "unexpected_reply", ""},
             {"a length that cannot be", {hear(), say("R\0\0\0\2"s)}, "unexpected_reply", ""},
             {"a huge length", {hear(), say("R\xff\xff\xff\xff")}, "reply_too_large", ""},
             {"HTTP", {hear(), say("HTTP/1.1 400 Bad Request\r\n\r\n")}, "unexpected_reply", ""},
             {"memcached", {hear(), say("ERROR\r\n")}, "unexpected_reply", ""},
             {"closed", {hear()}, "connection_closed", ""},
             {"closed within a message", {hear(), say("R\0\0"s)}, "connection_closed", ""},
             {"reset", {hear(), reset()}, "connection_reset", ""},
         }) {
        CAPTURE(row.what);
        const auto checked = check_once(row.script, PostgresCheck{});
        CHECK(checked.verdict == row.verdict);
        REQUIRE(checked.result.check);
        CHECK(checked.result.check->detail == row.detail);
    }
    CHECK(check_once({hold()}, PostgresCheck{}, soon).verdict == "check_timeout");
    CHECK(check_once({drip("SSH-2.0-x\r\n"), hold()}, PostgresCheck{}).result.error->hint ==
          "the port speaks SSH: is it the one you mean?");
}

TEST_CASE("goodbye is said to a PostgreSQL server that waits for commands, and to no other") {
    const auto last_words = [](const std::string& answer) {
        std::string heard;
        {
            const auto server = scripted({hear(), say(answer), [&](int descriptor) {
                                              char chunk[64];
                                              const auto size = ::recv(descriptor, chunk, sizeof chunk, 0);
                                              heard.assign(chunk, size > 0 ? static_cast<std::size_t>(size) : 0);
                                          }});
            CHECK(check_once(server->port(), PostgresCheck{}).verdict == "up");
        }
        return heard;
    };
    CHECK(last_words(message('R', "\0\0\0\0"s)) == "X\0\0\0\4"s);
    // "expected SASL response, got message type 88" would be in its log.
    CHECK(last_words(message('R', "\0\0\0\x0aSCRAM-SHA-256\0\0"s)).empty());
}
