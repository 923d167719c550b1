#include <doctest/doctest.h>

#include "scripted.hpp"

using namespace connprobe;
using namespace connprobe::tests;

namespace {

const TcpCheck smtp{.steps = {{.expect = "^220 .*ESMTP$", .send = ""},
                              {.expect = "", .send = "EHLO me\r\n"},
                              {.expect = "^250 ", .send = ""},
                              {.expect = "", .send = "QUIT\r\n"}}};

struct Row {
    const char* what;
    Script script;
    const char* verdict;
};

void judge(const std::vector<Row>& rows, const TcpCheck& check, Duration timeout = std::chrono::seconds{20}) {
    for (const auto& row : rows) {
        CAPTURE(row.what);
        CHECK(check_once(row.script, check, timeout).verdict == row.verdict);
    }
}

TcpCheck expecting(std::string regex) { return {.steps = {{.expect = std::move(regex), .send = ""}}}; }

}  // namespace

TEST_CASE("a dialogue goes through its steps") {
    const auto greeting = say("220 mx ESMTP\r\n");
    judge({{"in turn", {greeting, hear(), say("250-mx\r\n250 OK\r\n"), hear()}, "up"},
           {"byte by byte", {drip("220 mx ESMTP\r\n"), hear(), drip("250-mx\r\n250 OK\r\n"), hear()}, "up"},
           {"all at once", {say("220 mx ESMTP\r\n250 OK\r\n"), hold()}, "up"},
           {"after lines that are something else", {say("220-hello\r\n220 mx ESMTP\r\n250 x\r\n"), hold()}, "up"},
           {"hung up after the greeting", {greeting, hear()}, "connection_closed"},
           {"another answer, and the end", {greeting, hear(), say("502 no\r\n")}, "unexpected_reply"},
           {"another greeting, and the end", {say("554 no\r\n")}, "unexpected_reply"},
           {"closed at once", {}, "connection_closed"},
           {"reset at once", {reset()}, "connection_reset"},
           {"half of it, and the end", {say("22")}, "connection_closed"},
           {"lines without end", {forever("xxxxxxxxxxxxxxxxxxxxxxxx\r\n")}, "reply_too_large"},
           {"a line without end", {forever("xxxxxxxxxxxxxxxxxxxxxxxx")}, "reply_too_large"}},
          smtp);
}

TEST_CASE("a last step that sends wants somebody to hear it") {
    const TcpCheck hello{.steps = {{.expect = "^220 ", .send = "HELO me\r\n"}}};
    judge({{"who does", {say("220 mx\r\n"), hold()}, "up"},
           {"who reads it and hangs up", {say("220 mx\r\n"), hear()}, "up"},
           {"who resets", {say("220 mx\r\n"), await_client(), reset()}, "connection_reset"}},
          hello);
    const TcpCheck gauge{.steps = {{.expect = "", .send = "probes:1|c\n"}}};
    judge({{"who listens", {hold()}, "up"},
           {"who reads it and hangs up at once", {hear()}, "up"},
           {"who resets at once", {reset()}, "connection_reset"},
           {"who answers and resets", {say("no\r\n"), reset()}, "connection_reset"}},
          gauge);
    const auto result = check_once({hold()}, gauge).result;
    CHECK(result.elapsed - *result.latency().check >= std::chrono::milliseconds{50});  // the wait is part of no phase
    // Larger than what the kernels hold for a server that does not read: sending has to meet the end.
    const TcpCheck long_story{.steps = {{.expect = "", .send = std::string(32 << 20, 'x')}}};
    judge({{"who hangs up before the end", {hear(), reset()}, "connection_reset"}}, long_story);
}

TEST_CASE("a server that does not say it in time") {
    judge({{"silence", {hold()}, "check_timeout"},
           {"the beginning of it", {say("22"), hold()}, "check_timeout"},
           {"another greeting", {say("554 no\r\n"), hold()}, "unexpected_reply"}},
          TcpCheck{.steps = {{.expect = "^220 ", .send = ""}}}, soon);
    const auto checked = check_once({say("\x1b[31mno\r\n"), hold()}, smtp, soon);
    CHECK(checked.result.error->message ==
          "expected /^220 .*ESMTP$/, received \"\\x1b[31mno\\r\\n\" within 150 ms (timeout)");
}

TEST_CASE("steps that take long to look at, though all has come, keep to the limit") {
    std::string all;
    TcpCheck many;
    while (all.size() < 4000) {  // no more than is read at once
        all += "k\n";
        many.steps.push_back({.expect = "^k$|x{1000}|y{1000}|z{1000}"});  // slow to make ready
    }
    judge({{"more than can be done in time", {say(all), hold()}, "check_timeout"}}, many,
          std::chrono::milliseconds{30});
}

TEST_CASE("a silent server may wait for TLS, as long as nothing was heard") {
    const auto hint = [](Script script, TcpCheck check) {
        return check_once(std::move(script), std::move(check), soon).result.error->hint;
    };
    CHECK(
        hint({hold()}, smtp) ==
        "look at the server's load and log; a port that speaks TLS is silent like this, too: then turn tls on for it");
    CHECK(hint({say("220 x ESMTP\r\n"), hold()}, TcpCheck{.steps = {{.expect = "ESMTP"}, {.expect = "more"}}})
              .find("turn tls on") == std::string::npos);
}

TEST_CASE("an expression looks at lines, whatever ends them") {
    judge({{"without an end", {say("READY"), hold()}, "up"}}, expecting("READY"));
    judge({{"\\n", {say("a\nREADY\n"), hold()}, "up"}}, expecting("^READY$"));
    judge({{"\\r\\n", {say("a\r\nREADY\r\n"), hold()}, "up"}}, expecting("^READY$"));
    judge({{"\\r\\n, spelt out", {say("READY\r\n"), hold()}, "up"}}, expecting("READY\\r\\n"));
}

TEST_CASE("an end that is expected is not where the bytes happen to end") {
    // More than is read at once: the rest of the line is there, and not looked at yet.
    const std::string line(5000, 'a');
    judge({{"the end of a line", {say(line + "\r\n"), hold()}, "up"},
           {"the end of what was said", {say(line), hold()}, "up"},
           {"the end of the connection", {say(line)}, "up"},
           {"a line that goes on", {say(line + "!\r\n")}, "unexpected_reply"}},
          expecting("^a+$"));
    judge({{"a word that goes on", {say(line + "b\r\n")}, "unexpected_reply"}}, expecting("a\\b"));
    const auto result = check_once({say("login: "), hold()}, expecting("login: $")).result;
    CHECK(result.status == Status::up);
    CHECK(result.elapsed - *result.latency().check >= std::chrono::milliseconds{50});  // the wait is part of no phase
}

TEST_CASE("a reset does not hide what was said before it") {
    const auto told = [](std::string text) { return check_once({say(std::move(text)), reset()}, smtp).result.error; };
    CHECK(told("421 busy\r\n")->code == Code::unexpected_reply);
    CHECK(told("421 busy\r\n")->message ==
          "expected /^220 .*ESMTP$/, received \"421 busy\\r\\n\", and the server reset the connection");
    CHECK(told("22")->code == Code::connection_reset);
}

TEST_CASE("bytes that are no UTF-8 can be expected, and are shown as they are") {
    const std::string telnet = "\xff\xfd\x18 caf\xe9\r\n";
    judge({{"by number", {say(telnet), hold()}, "up"}}, expecting("^\\xff\\xfd"));
    judge({{"as any character", {say(telnet), hold()}, "up"}}, expecting("caf.$"));
    CHECK(check_once({say(telnet)}, expecting("login")).result.error->message ==
          "expected /login/, received \"\\xff\\xfd\\x18 caf\\xe9\\r\\n\", and the server closed the connection");
}

TEST_CASE("an expression that is none is wrong input, and nothing is probed") {
    Settings settings;
    settings.check = expecting("(");
    const auto heard = run({target_at("127.0.0.1", 1, settings)});
    CHECK(heard.outcome.errors ==
          std::vector<std::string>{"127.0.0.1:1: check: ( is no regular expression: missing ): ("});
}

TEST_CASE("what came from the environment is hidden where it is repeated or expected") {
    const TcpCheck login{.steps = {{.expect = "", .send = "PASS s3cret\r\n", .secret = true, .secrets = {"s3cret"}},
                                   {.expect = "^token t0ken", .send = "", .secrets = {"t0ken"}}}};
    const auto checked = check_once({hear(), say("no s3cret, t0ken\r\n")}, login);
    CHECK(checked.result.check->detail == "no ***, ***");
    CHECK(checked.result.error->message ==
          "expected /^token ***/, received \"no ***, ***\\r\\n\", and the server closed the connection");
}

TEST_CASE("a secret that is repeated in pieces is not told") {
    const auto server = scripted({hear(), drip("PASS hunter2\r\n"), drip("hunte"), hold()});
    Settings settings;
    settings.timeout = soon;
    settings.check =
        TcpCheck{.steps = {{.expect = "", .send = "PASS hunter2\r\n", .secret = true, .secrets = {"hunter2"}},
                           {.expect = "nothing", .send = ""}}};
    ProberOptions options;
    options.trace = true;
    std::string told;
    const auto heard = run({target_at("127.0.0.1", server->port(), settings)}, options, [&](const Event& event) {
        const auto* step = std::get_if<Step>(&event);
        if (step == nullptr || !step->dialogue || !step->text.starts_with("received ")) return;
        told += step->text.substr(10, step->text.size() - 11);
    });
    CHECK(told == "PASS ***\r\n***");
    CHECK(heard.results[0].error->message.find("hunt") == std::string::npos);
}

TEST_CASE("what was said and heard is told to who listens, but not what comes from the environment") {
    const auto server = scripted({say("hello\r\n"), hear(), say("bye x\r\n"), hold()});
    Settings settings;
    settings.check = TcpCheck{.steps = {{.expect = "hello", .send = "PASS x\r\n", .secret = true, .secrets = {"x"}},
                                        {.expect = "bye", .send = "QUIT\r\n"}}};
    ProberOptions traced;
    traced.trace = true;
    std::vector<std::string> told;
    ProberOptions options;
    options.trace = true;
    const auto heard = run({target_at("127.0.0.1", server->port(), settings)}, options, [&](const Event& event) {
        if (const auto* step = std::get_if<Step>(&event); step != nullptr && step->dialogue) told.push_back(step->text);
    });
    CHECK(told == std::vector<std::string>{"received \"hello\r\n\"", "sent a text from the environment",
                                           "received \"bye ***\r\n\"", "sent \"QUIT\r\n\""});
    CHECK(heard.results[0].check->detail == "hello");
}
