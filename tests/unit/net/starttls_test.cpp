#include <doctest/doctest.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/starttls.hpp"
#include "net/starttls_talk.hpp"

namespace {

using namespace connprobe;
using namespace connprobe::net;
using namespace std::string_literals;

/// A dialogue as a list: `< ` is what the server says, `> ` what we said, and at the end what came of it.
using Script = std::vector<std::string>;

/// What came of it: "agreed", "more", or "code: message".
std::string outcome_of(StartTlsTalk& talk, Script& said) {
    for (;;) {
        auto turn = talk.next();
        if (turn.failure) return std::string{to_string(turn.failure->code)} + ": " + turn.failure->message;
        if (!turn.say.empty()) said.push_back(turn.say);
        if (turn.agreed) return "agreed";
        if (turn.say.empty()) return "more";
    }
}

struct Played {
    Script said;
    std::string outcome;
};

/// Each text arrives when we have said all that we have to say.
Played play(StartTls protocol, const Script& heard) {
    StartTlsTalk talk{protocol, "[192.0.2.1]"};
    Played played;
    played.outcome = outcome_of(talk, played.said);
    for (const auto& text : heard) {
        talk.add(text);
        played.outcome = outcome_of(talk, played.said);
        if (played.outcome != "more") break;
    }
    return played;
}

/// The same, byte by byte.
Played drip(StartTls protocol, const Script& heard) {
    Script bytes;
    for (const auto& text : heard)
        for (const char each : text) bytes.emplace_back(1, each);
    return play(protocol, bytes);
}

std::string of(StartTls protocol, const Script& heard) {
    const auto whole = play(protocol, heard), dripped = drip(protocol, heard);
    // What comes in small pieces means the same, but of what is no answer at all only the beginning may be seen.
    if (whole.outcome == "agreed" || whole.outcome == "more") {
        CHECK(dripped.outcome == whole.outcome);
        CHECK(dripped.said == whole.said);
    }
    return whole.outcome;
}

const auto ehlo_offer = "250-mail.example.com\r\n250-SIZE 1000\r\n250-STARTTLS\r\n250 HELP\r\n"s;

TEST_CASE("each protocol asks for TLS in its own words") {
    using enum StartTls;
    CHECK(play(smtp, {"220 hi\r\n", ehlo_offer, "220 go\r\n"}).said == Script{"EHLO [192.0.2.1]\r\n", "STARTTLS\r\n"});
    CHECK(play(imap, {"* OK hi\r\n", "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n", "a2 OK go\r\n"}).said ==
          Script{"a1 CAPABILITY\r\n", "a2 STARTTLS\r\n"});
    CHECK(play(pop3, {"+OK hi\r\n", "+OK go\r\n"}).said == Script{"STLS\r\n"});
    CHECK(play(ftp, {"220 hi\r\n", "234 go\r\n"}).said == Script{"AUTH TLS\r\n"});
    CHECK(play(ldap, {}).said == Script{"\x30\x1d\x02\x01\x01\x77\x18\x80\x16"s + "1.3.6.1.4.1.1466.20037"});
    CHECK(play(postgres, {}).said == Script{"\0\0\0\x08\x04\xd2\x16\x2f"s});
}

TEST_CASE("SMTP agrees after an offer, however many lines its replies have") {
    using enum StartTls;
    CHECK(of(smtp, {"220 hi\r\n", ehlo_offer, "220 go\r\n"}) == "agreed");
    CHECK(of(smtp, {"220-be\r\n220-patient\r\n220 hi\r\n", ehlo_offer, "220-go\r\n220 on\r\n"}) == "agreed");
    CHECK(of(smtp, {"220 hi\n", "250-x\n250 starttls\n", "220 go\n"}) == "agreed");
    CHECK(of(smtp, {"220\r\n", "250 STARTTLS\r\n", "220\r\n"}) == "agreed");
    CHECK(of(smtp, {}) == "more");
    CHECK(of(smtp, {"220 hi\r\n", "250-STARTTLS\r\n"}) == "more");
    CHECK(of(smtp, {"220-hi\r\n"}) == "more");
}

TEST_CASE("SMTP that refuses is quoted") {
    using enum StartTls;
    CHECK(of(smtp, {"554 no\r\n"}) == "starttls_refused: the server said \"554 no\" as its greeting");
    CHECK(of(smtp, {"421 busy\r\n"}) == "starttls_refused: the server said \"421 busy\" as its greeting");
    CHECK(of(smtp, {"220-wait\r\n521 go away\r\n"}) ==
          "starttls_refused: the server said \"521 go away\" as its greeting");
    CHECK(of(smtp, {"220 hi\r\n", "502 what?\r\n"}) ==
          "starttls_refused: the server said \"502 what?\" instead of its answer to EHLO");
    CHECK(of(smtp, {"220 hi\r\n", "250-x\r\n250 XSTARTTLS\r\n"}) ==
          "starttls_refused: the server does not offer STARTTLS in its answer to EHLO");
    CHECK(of(smtp, {"220 hi\r\n", ehlo_offer, "454 not now\r\n"}) ==
          "starttls_refused: the server said \"454 not now\" instead of its answer to STARTTLS");
    CHECK(of(smtp, {"220 hi\r\n", ehlo_offer, "250 ok\r\n"}) ==
          "starttls_refused: the server said \"250 ok\" instead of its answer to STARTTLS");
    // STARTTLS in the greeting is no offer.
    CHECK(of(smtp, {"220-STARTTLS\r\n220 hi\r\n", "250 x\r\n"}) ==
          "starttls_refused: the server does not offer STARTTLS in its answer to EHLO");
}

TEST_CASE("IMAP agrees after an offer, among untagged data") {
    using enum StartTls;
    CHECK(of(imap, {"* OK hi\r\n", "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK\r\n", "a2 OK go\r\n"}) ==
          "agreed");
    CHECK(of(imap, {"* ok [CAPABILITY IMAP4rev1] hi\r\n", "* 3 EXISTS\r\n* capability starttls\r\na1 ok\r\n",
                    "* OK still here\r\na2 ok\r\n"}) == "agreed");
    CHECK(of(imap, {"* OK hi\r\n", "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\na1 OK\r\n"}) ==
          "starttls_refused: the server does not offer STARTTLS in its answer to CAPABILITY");
    CHECK(of(imap, {"* OK [CAPABILITY STARTTLS] hi\r\n", "a1 OK\r\n"}) ==
          "starttls_refused: the server does not offer STARTTLS in its answer to CAPABILITY");
    CHECK(of(imap, {"* BYE full\r\n"}) == "starttls_refused: the server said \"* BYE full\" as its greeting");
    CHECK(of(imap, {"* PREAUTH hi\r\n"}) ==
          "starttls_refused: the server greeted with \"* PREAUTH hi\": it takes us for logged in without TLS");
    CHECK(of(imap, {"* OK hi\r\n", "a1 BAD what?\r\n"}) ==
          "starttls_refused: the server said \"a1 BAD what?\" instead of its answer to CAPABILITY");
    CHECK(of(imap, {"* OK hi\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "a2 NO not now\r\n"}) ==
          "starttls_refused: the server said \"a2 NO not now\" instead of its answer to STARTTLS");
    CHECK(of(imap, {"* OK hi\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "* BYE\r\n"}) ==
          "starttls_refused: the server said \"* BYE\" instead of its answer to STARTTLS");
    CHECK(of(imap, {"* OK hi\r\n", "a2 OK\r\n"}) == "not_tls: the server said \"a2 OK\", which is not IMAP");
}

TEST_CASE("POP3 agrees or not") {
    using enum StartTls;
    CHECK(of(pop3, {"+OK hi\r\n", "+OK go\r\n"}) == "agreed");
    CHECK(of(pop3, {"+OK\r\n", "+OK\r\n"}) == "agreed");
    CHECK(of(pop3, {"-ERR busy\r\n"}) == "starttls_refused: the server said \"-ERR busy\" as its greeting");
    CHECK(of(pop3, {"+OK hi\r\n", "-ERR what?\r\n"}) ==
          "starttls_refused: the server said \"-ERR what?\" instead of its answer to STLS");
    CHECK(of(pop3, {"+PONG\r\n"}) == "not_tls: the server said \"+PONG\", which is not POP3");
}

TEST_CASE("FTP agrees after any lines of greeting") {
    using enum StartTls;
    CHECK(of(ftp, {"220 hi\r\n", "234 go\r\n"}) == "agreed");
    CHECK(of(ftp, {"220-hi\r\nfree text\r\n 220 not yet\r\n230 not mine\r\n220 now\r\n", "234 go\r\n"}) == "agreed");
    CHECK(of(ftp, {"120 soon\r\n220 now\r\n", "234 go\r\n"}) == "agreed");
    CHECK(of(ftp, {"220-hi\r\nSSH-2.0"}) == "more");
    CHECK(of(ftp, {"421 full\r\n"}) == "starttls_refused: the server said \"421 full\" as its greeting");
    for (const auto* refusal : {"500 what?", "502 no", "504 no TLS", "530 log in first", "334 more, please"})
        CHECK(of(ftp, {"220 hi\r\n", refusal + "\r\n"s}) ==
              "starttls_refused: the server said \""s + refusal + "\" instead of its answer to AUTH TLS");
}

/// ExtendedResponse of RFC 4511 §4.12.
std::string ldap_response(char id, char result, const std::string& words) {
    const auto size = static_cast<char>(words.size());
    const auto operation = "\x0a\x01"s + result + "\x04\x00\x04"s + size + words;
    const auto message = "\x02\x01"s + id + "\x78"s + static_cast<char>(operation.size()) + operation;
    return "\x30"s + static_cast<char>(message.size()) + message;
}

TEST_CASE("LDAP agrees with the result 0") {
    using enum StartTls;
    CHECK(of(ldap, {ldap_response(1, 0, "")}) == "agreed");
    CHECK(of(ldap, {"\x30\x84\x00\x00\x00\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"s}) == "agreed");
    CHECK(of(ldap, {ldap_response(1, 52, "no certificate")}) ==
          "starttls_refused: the server answered StartTLS with the result 52 (unavailable): \"no certificate\"");
    CHECK(of(ldap, {ldap_response(1, 2, "")}) ==
          "starttls_refused: the server answered StartTLS with the result 2 (protocolError)");
    CHECK(of(ldap, {ldap_response(0, 52, "bye")}) ==
          "starttls_refused: the server ended the connection with a notice "
          "of disconnection (result 52): \"bye\"");
}

TEST_CASE("LDAP that is malformed is none, whatever its lengths claim") {
    using enum StartTls;
    CHECK(of(ldap, {"\x30\x80\x02\x01\x01\x78\x07"s}).starts_with("not_tls: "));  // the indefinite form
    CHECK(of(ldap, {"\x30\x85\x01\x01\x01\x01\x01"s}).starts_with("not_tls: "));  // a length of five bytes
    CHECK(of(ldap, {"\x30\x05\x02\x7f\x01\x78\x07"s}).starts_with("not_tls: "));  // an element beyond its parent
    CHECK(of(ldap, {"\x30\x05\x02\x03\xff\xff\xff"s}).starts_with("not_tls: "));  // a number below 0
    CHECK(of(ldap, {"\x30\x0c\x02\x01\x02\x78\x07\x0a\x01\x00\x04\x00\x04\x00"s}).starts_with("not_tls: "));  // id 2
    CHECK(of(ldap, {"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"s}).starts_with("not_tls: "));  // a bind
    CHECK(of(ldap, {"\x30\x00"s}).starts_with("not_tls: "));
    CHECK(of(ldap, {"\x30\x84\xff\xff\xff\xff"s}) == "more");
}

std::string postgres_error(const std::string& fields) {
    return "E\0\0\0"s + static_cast<char>(fields.size() + 4) + fields;
}

TEST_CASE("PostgreSQL answers with one letter") {
    using enum StartTls;
    CHECK(of(postgres, {"S"}) == "agreed");
    CHECK(of(postgres, {"N"}) == "starttls_refused: the server answered SSLRequest with N: it does not speak TLS");
    CHECK(
        of(postgres, {postgres_error("SFATAL\0C53300\0Msorry, too many clients already\0\0"s)}) ==
        "starttls_refused: the server answered SSLRequest with an error: \"sorry, too many clients already\" (53300)");
    CHECK(of(postgres, {"E\0\0"s}) == "more");
    CHECK(
        of(postgres, {"Ecould not fork new process for connection: Cannot allocate memory\n\0"s}) ==
        "starttls_refused: the server answered SSLRequest with an error: \"could not fork new process for connection: "
        "Cannot allocate memory\"");
    CHECK(of(postgres, {"EFATAL:  unsupported frontend protocol 1234.5679\n\0"s}) ==
          "starttls_refused: the server answered SSLRequest with an error: \"FATAL:  unsupported frontend protocol "
          "1234.5679\"");
    CHECK(of(postgres, {"Error\r\n"}) == "not_tls: the server said \"Error\", which is not PostgreSQL");
    CHECK(of(postgres, {"R\0\0\0\x08\0\0\0\0"s}).starts_with("not_tls: "));
}

std::string mysql_packet(const std::string& content) {
    return std::string{static_cast<char>(content.size())} + "\0\0\0"s + content;
}

std::string mysql_greeting(const std::string& capabilities) {
    return mysql_packet("\x0a"s + "10.11.6-MariaDB\0"s + "\1\2\3\4" + "saltsalt" + "\0"s + capabilities +
                        "\x2d\x02\x00"s + std::string(10, '\0'));
}

TEST_CASE("MySQL says in its greeting whether it speaks TLS") {
    using enum StartTls;
    const auto agreed = play(mysql, {mysql_greeting("\xff\xff"s)});
    CHECK(agreed.outcome == "agreed");
    CHECK(agreed.said == Script{"\x20\0\0\x01\x00\x8a\0\0\0\0\0\x01\x2d"s + std::string(23, '\0')});
    CHECK(of(mysql, {mysql_greeting("\xff\xff"s)}) == "agreed");
    CHECK(of(mysql, {mysql_greeting("\xff\xf7"s)}) ==
          "starttls_refused: the server does not offer TLS in its greeting (version \"10.11.6-MariaDB\")");
    CHECK(of(mysql, {mysql_packet("\xff\x10\x04Too many connections"s)}) ==
          "starttls_refused: the server greeted with the error 1040: \"Too many connections\"");
    CHECK(of(mysql, {mysql_packet("\xff\x69\x04#HY000Host is blocked"s)}) ==
          "starttls_refused: the server greeted with the error 1129: \"Host is blocked\"");
    CHECK(of(mysql, {mysql_packet("\x09"s + "3.20\0"s)}).starts_with("not_tls: "));
    CHECK(of(mysql, {mysql_packet("\x0a"s + "no end")}).starts_with("not_tls: "));
    CHECK(of(mysql, {"SSH-2.0-OpenSSH\r\n"}) == "not_tls: the server said \"SSH-2.0-OpenSSH\", which is not MySQL");
}

TEST_CASE("plain text after the agreement never reaches TLS") {
    using enum StartTls;
    const auto refused = "not_tls: the server agreed to change to TLS and went on in plain text: "s;
    CHECK(play(smtp, {"220 hi\r\n", ehlo_offer, "220 go\r\n250 injected\r\n"}).outcome == refused + "\"250 injected\"");
    CHECK(play(imap, {"* OK\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "a2 OK\r\n* BYE\r\n"}).outcome ==
          refused + "\"* BYE\"");
    CHECK(play(pop3, {"+OK\r\n", "+OK\r\n+OK\r\n"}).outcome == refused + "\"+OK\"");
    CHECK(play(ftp, {"220 hi\r\n", "234 go\r\n230 in\r\n"}).outcome == refused + "\"230 in\"");
    CHECK(play(ldap, {ldap_response(1, 0, "") + "x"}).outcome == refused + "\"x\"");
    CHECK(play(postgres, {"SE"}).outcome == refused + "\"E\"");
    CHECK(play(mysql, {mysql_greeting("\xff\xff"s) + "x"}).outcome == refused + "\"x\"");
}

TEST_CASE("an agreement that comes before the question is none") {
    using enum StartTls;
    const auto refused = "not_tls: the server agreed to change to TLS before it was asked to: "s;
    CHECK(play(smtp, {"220 hi\r\n" + ehlo_offer + "220 go\r\n"}).outcome == refused + "\"220 go\"");
    CHECK(play(smtp, {"220 hi\r\n", ehlo_offer + "220 go\r\n"}).outcome == refused + "\"220 go\"");
    CHECK(play(imap, {"* OK\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\na2 OK\r\n"}).outcome == refused + "\"a2 OK\"");
    CHECK(play(imap, {"* OK\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n* 5 EXISTS\r\n", "a2 OK\r\n"}).outcome ==
          "agreed");
    CHECK(play(pop3, {"+OK hi\r\n+OK go\r\n"}).outcome == refused + "\"+OK go\"");
    CHECK(play(ftp, {"220 hi\r\n234 go\r\n"}).outcome == refused + "\"234 go\"");
}

TEST_CASE("a protocol that is meant is not called another one") {
    for (const auto& [protocol, said] : {std::pair{StartTls::pop3, "+OKAY\r\n"s}, {StartTls::imap, "* OKAY\r\n"s}}) {
        StartTlsTalk talk{protocol, "x"};
        talk.add(said);
        const auto turn = talk.next();
        REQUIRE(turn.failure);
        CHECK(turn.failure->hint == "it speaks " + std::string{spec(protocol).called} +
                                        ", but not rightly: see its log, or what stands before it");
    }
}

TEST_CASE("who hangs up on a question without a word may speak TLS at once") {
    for (const auto protocol : {StartTls::ldap, StartTls::postgres, StartTls::smtp}) {
        StartTlsTalk talk{protocol, "x"};
        static_cast<void>(talk.next());
        const bool asks_first = protocol != StartTls::smtp;
        CHECK((talk.hung_up().hint.find("write tls://HOST:PORT") != std::string::npos) == asks_first);
        CHECK((talk.broken_off(ECONNRESET).hint.find("write tls://HOST:PORT") != std::string::npos) == asks_first);
    }
}

TEST_CASE("a server of another protocol is named") {
    for (const auto& each : starttls_specs) {
        const auto outcome = of(each.protocol, {"SSH-2.0-OpenSSH_9.2\r\n"});
        CHECK(outcome == "not_tls: the server said \"SSH-2.0-OpenSSH_9.2\", which is not " + std::string{each.called});
        StartTlsTalk talk{each.protocol, "x"};
        Script said;
        static_cast<void>(outcome_of(talk, said));
        talk.add("\x15\x03\x01\x00\x02\x02\x46"s);
        auto turn = talk.next();
        REQUIRE(turn.failure);
        CHECK(to_string(turn.failure->code) == "starttls_refused");
        CHECK(turn.failure->hint == "the port speaks TLS already: leave out starttls, and turn tls on for it");
    }
}

TEST_CASE("an endless greeting is cut after 64 KiB") {
    using enum StartTls;
    const auto endless = [](StartTls protocol, const std::string& piece) {
        StartTlsTalk talk{protocol, "x"};
        Script said;
        std::size_t bytes = 0;
        for (;;) {
            const auto outcome = outcome_of(talk, said);
            if (outcome != "more" || bytes > 100'000) {
                CHECK(bytes <= 64 * 1024 + piece.size());
                return outcome;
            }
            talk.add(piece);
            bytes += piece.size();
        }
    };
    const auto cut = "reply_too_large: the server sent more than 64 KiB, and its greeting had no end"s;
    CHECK(endless(smtp, "220-more\r\n") == cut);
    CHECK(endless(smtp, "220-" + std::string(1000, 'x')).starts_with("reply_too_large: "));
    CHECK(endless(ftp, "220-more\r\n") == cut);
    CHECK(endless(imap, "* OK " + std::string(1000, 'x')) == cut);
    CHECK(endless(pop3, "+OK " + std::string(1000, 'x')) == cut);
}

TEST_CASE("what ends a dialogue early names what was awaited") {
    StartTlsTalk talk{StartTls::smtp, "x"};
    Script said;
    const Limit limit{TimePoint{}, std::chrono::seconds{2}, "tls_timeout"};
    CHECK(outcome_of(talk, said) == "more");
    CHECK(talk.timed_out(limit).message == "the server did not send its greeting within 2 s (tls_timeout)");
    CHECK(talk.hung_up().message == "the server closed the connection before its greeting");
    CHECK(talk.broken_off(ECONNRESET).message == "the server reset the connection before its greeting");
    talk.add("220 ");
    CHECK(talk.timed_out(limit).message ==
          "the server did not finish its greeting within 2 s (tls_timeout); 4 bytes had come");
    talk.add("hi\r\n");
    CHECK(outcome_of(talk, said) == "more");
    CHECK(talk.timed_out(limit).message == "the server did not send its answer to EHLO within 2 s (tls_timeout)");
    CHECK(to_string(talk.timed_out(limit).code) == "tls_timeout");
}

}  // namespace
