#include "net/tls_greeting.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace connprobe::net;
using namespace std::string_literals;

TEST_CASE("only the beginning of a TLS record may be TLS") {
    CHECK(may_be_tls(""));
    CHECK(may_be_tls("\x16"));
    CHECK(may_be_tls("\x16\x03\x01"));
    CHECK(may_be_tls("\x15\x03\x03\x00\x02\x02\x28"s));
    CHECK(may_be_tls("\x17\x03\x03"));
    CHECK_FALSE(may_be_tls("HTTP/1.1 400"));
    CHECK_FALSE(may_be_tls("\x16\x02"));
    CHECK(may_be_tls("\x16\x03\x01\x00\x2a\x02"s));        // a ServerHello
    CHECK_FALSE(may_be_tls("\x16\x03\x01\x00\x2a\x01"s));  // a ClientHello
    CHECK_FALSE(may_be_tls("\x13\x03"));
    CHECK_FALSE(may_be_tls("\x18\x03"));
    CHECK_FALSE(may_be_tls("\0"s));
    CHECK_FALSE(may_be_tls("\x80\x2e\x01\x03\x01"));
}

TEST_CASE("protocols are known by their first words") {
    struct Row {
        std::string first, protocol;
    };
    const Row rows[] = {
        {"HTTP/1.1 400 Bad Request\r\n", "plain HTTP"},
        {"HTTP/1.0 200 OK\r\n", "plain HTTP"},
        {"<html><body>", "plain HTTP"},
        {"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "SSH"},
        {"SSH-1.99-Cisco-1.25\n", "SSH"},
        {"220 mail.example.org ESMTP Postfix\r\n", "SMTP"},
        {"220-mx.example.org SMTP\r\n", "SMTP"},
        {"220 (vsFTPd 3.0.3)\r\n", "FTP"},
        {"220 ProFTPD Server ready.\r\n", "FTP"},
        {"220 example.org ready\r\n", "SMTP or FTP"},
        {"421 Too many connections\r\n", "SMTP or FTP, which is not ready"},
        {"554 No SMTP service here\r\n", "SMTP, which does not want us"},
        {"* OK [CAPABILITY IMAP4rev1] ready\r\n", "IMAP"},
        {"+OK POP3 ready\r\n", "POP3"},
        {"-ERR unknown command '\x16\x03\x01'\r\n", "Redis"},
        {"-ERR Protocol error: too big inline request\r\n", "Redis"},
        {"-NOAUTH Authentication required.\r\n", "Redis"},
        {":irc.example.org NOTICE * :*** Looking up your hostname\r\n", "IRC"},
        {"\x30\x24\x02\x01\0\x78\x1f 1.3.6.1.4.1.1466.20036"s, "LDAP"},
        {"\x05\xff", "SOCKS"},
        {"\0\0\x06\x04\0\0\0\0\0\0\x05"s, "HTTP/2 in plain text (gRPC?)"},
        {"-DENIED Redis is running in protected mode\r\n", "Redis"},
        {"-ERR\r\n", "Redis or POP3"},
        {"+PONG\r\n", "Redis"},
        {"\x4a\0\0\0\x0a"s + "8.0.35-0ubuntu0\0"s, "MySQL or MariaDB"},
        {"\x5a\0\0\0\x0a"s + "5.5.5-10.11.6-MariaDB\0"s, "MySQL or MariaDB"},
        {"\x45\0\0\0\xff\x6a\x04Host '10.0.0.1' is not allowed"s, "MySQL or MariaDB"},
        {"E\0\0\0\x8dSFATAL\0VFATAL\0C0A000\0"s, "PostgreSQL"},
        {"AMQP\0\0\x09\x01"s, "AMQP"},
        {"INFO {\"server_id\":\"NB\"}\r\n", "NATS"},
        {"ERROR\r\n", "memcached"},
        {"RFB 003.008\n", "VNC"},
        {"@RSYNCD: 31.0\n", "rsync"},
        {"\xff\xfd\x18\xff\xfd\x20", "telnet"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.first);
        const auto found = speaker(row.first);
        REQUIRE(found);
        CHECK(found->protocol == row.protocol);
        CHECK_FALSE(may_be_tls(row.first));
    }
}

TEST_CASE("a greeting that nobody knows has no protocol") {
    for (const auto* first : {"", "hello", "22", "2200", "HTT", "+", "-E", "\x01\x02\x03\x04\x05\x06"}) {
        CAPTURE(std::string{first});
        CHECK_FALSE(speaker(first));
    }
}

TEST_CASE("first bytes are shown as one line of text, or else in hexadecimal") {
    CHECK(shown("SSH-2.0-x\r\nmore") == "\"SSH-2.0-x\"");
    CHECK(shown("no end of line") == "\"no end of line\"");
    CHECK(shown("\x1b[31mred\r\n") == "the bytes 1b 5b 33 31 6d 72 65 64 0d 0a");
    CHECK(shown("\0\0"s) == "the bytes 00 00");
    CHECK(shown("\r\n") == "the bytes 0d 0a");
    CHECK(shown("gr\xc3\xbc\xc3\x9f") == "\"gr\xc3\xbc\xc3\x9f\"");
    CHECK(shown("220 M\xfcller\r\n") == "\"220 M\\xfcller\"");
    CHECK(shown("554 no\x07\x1b[31m\r\n") == "\"554 no\\x07\\x1b[31m\"");
    CHECK(shown("\xe2\x80\xae"
                "220 x") == "\"\\u202e220 x\"");
    CHECK(shown("R\0\0\0\x08"s) == "the bytes 52 00 00 00 08");
    CHECK(shown("0\x0c\x02\x01\x01x\x07"s) == "the bytes 30 0c 02 01 01 78 07");
    CHECK(shown("\0123456789abcdefg"s) == "the bytes 0a 33 34 35 36 37 38 39 61 62 63 64 65 66 67");
    CHECK(shown(std::string(17, '\xff')) == "the bytes ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff …");
}

TEST_CASE("the version that a ServerHello chose is read from it") {
    const auto hello = [](char minor) { return "\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03"s + minor; };
    CHECK(chosen_version(hello(0)) == "SSL 3.0");
    CHECK(chosen_version(hello(1)) == "TLS 1.0");
    CHECK(chosen_version(hello(2)) == "TLS 1.1");
    CHECK(chosen_version(hello(3)) == "TLS 1.2");
    CHECK_FALSE(chosen_version(hello(9)));
    CHECK_FALSE(chosen_version(hello(1).substr(0, 10)));
    CHECK_FALSE(chosen_version("\x15\x03\x01\x00\x02\x02\x46\x00\x00\x03\x01"s));
}

TEST_CASE("a ClientHello that comes back is an echo") {
    const auto known = speaker("\x16\x03\x01\x00\x2a\x01\x00"s);
    REQUIRE(known);
    CHECK(known->protocol == "echo");
}

TEST_CASE("a warning that a server begins with is read, a fatal alert is none") {
    CHECK(warning("\x15\x03\x03\x00\x02\x01\x70"s) == 112);
    CHECK_FALSE(warning("\x15\x03\x03\x00\x02\x02\x70"s));
    CHECK_FALSE(warning("\x16\x03\x03\x00\x02\x01\x70"s));
    CHECK_FALSE(warning("\x15\x03\x03\x00\x02\x01"s));
}
