#include "net/tls_greeting.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "model/text.hpp"
#include "net/bytes.hpp"

namespace connprobe::net {

namespace {

using namespace std::string_view_literals;

struct Greeting {
    std::string_view begin;
    std::string_view contains;  // further on, in any case of letters; empty: nothing
    Speaker speaker;
};

constexpr auto upgrades = "it changes to TLS only when asked to (STARTTLS); its TLS port is another one"sv;
constexpr auto by_smtp = "it changes to TLS when asked to: use --starttls smtp, or its TLS port (465)"sv;
constexpr auto by_imap = "it changes to TLS when asked to: use --starttls imap, or its TLS port (993)"sv;
constexpr auto by_pop3 = "it changes to TLS when asked to: use --starttls pop3, or its TLS port (995)"sv;
constexpr auto by_ftp = "it changes to TLS when asked to: use --starttls ftp, or its TLS port (990)"sv;
constexpr auto by_either = "it changes to TLS when asked to: use --starttls smtp or --starttls ftp"sv;
constexpr auto by_postgres = "it changes to TLS when asked to: use --starttls postgres"sv;
constexpr auto by_ldap = "it changes to TLS when asked to: use --starttls ldap, or its TLS port (636)"sv;
constexpr auto by_mysql = "it changes to TLS when asked to: use --starttls mysql"sv;

// The first that fits decides. Servers of the mail protocols and databases speak first, the others answer a ClientHello
// as they answer any nonsense.
constexpr std::array greetings{
    Greeting{"HTTP/", "", {"plain HTTP", ""}},
    Greeting{"<", "html", {"plain HTTP", ""}},
    Greeting{"SSH-", "", {"SSH", ""}},
    Greeting{"", "\nssh-", {"SSH", ""}},
    Greeting{"Exceeded MaxStartups", "", {"SSH, which has too many logins at once", ""}},
    Greeting{"RTSP/", "", {"RTSP", ""}},
    Greeting{"SIP/", "", {"SIP", ""}},
    Greeting{"220", "smtp", {"SMTP", by_smtp}},
    Greeting{"220", "mail", {"SMTP", by_smtp}},
    Greeting{"220", "ftp", {"FTP", by_ftp}},
    Greeting{"220 ", "", {"SMTP or FTP", by_either}},
    Greeting{"220-", "", {"SMTP or FTP", by_either}},
    Greeting{"421 ", "", {"SMTP or FTP, which is not ready", by_either}},
    Greeting{"554 ", "", {"SMTP, which does not want us", by_smtp}},
    Greeting{"200 ", "", {"NNTP", upgrades}},
    Greeting{"201 ", "", {"NNTP", upgrades}},
    Greeting{"* OK", "", {"IMAP", by_imap}},
    Greeting{"* PREAUTH", "", {"IMAP", by_imap}},
    Greeting{"* BYE", "", {"IMAP, which does not want us", by_imap}},
    Greeting{"+OK", "", {"POP3", by_pop3}},
    Greeting{"+PONG", "", {"Redis", ""}},
    Greeting{"-NOAUTH", "", {"Redis", ""}},
    Greeting{"-DENIED", "", {"Redis", ""}},
    Greeting{"-LOADING", "", {"Redis", ""}},
    Greeting{"-ERR unknown command", "", {"Redis", ""}},
    Greeting{"-ERR Protocol error", "", {"Redis", ""}},
    Greeting{"-ERR",
             "",
             {"Redis or POP3", "turn tls off for Redis; POP3 changes to TLS when asked to: use --starttls pop3"}},
    Greeting{"AMQP", "", {"AMQP", "its TLS port is usually 5671"}},
    Greeting{"INFO {", "", {"NATS", "it changes to TLS after this greeting"}},
    Greeting{"ERROR\r\n", "", {"memcached", ""}},
    Greeting{"RFB ", "", {"VNC", ""}},
    Greeting{"@RSYNCD:", "", {"rsync", ""}},
    Greeting{"<?xml", "", {"XMPP or XML", upgrades}},
    Greeting{"<stream", "", {"XMPP", upgrades}},
    Greeting{"\xff\xfb", "", {"telnet", ""}},
    Greeting{"\xff\xfd", "", {"telnet", ""}},
    Greeting{":", " notice ", {"IRC", ""}},
    Greeting{"\x30", "1.3.6.1.4.1.1466.20036", {"LDAP", by_ldap}},
    Greeting{"\x05\xff", "", {"SOCKS", "it is a proxy"}},
    Greeting{"E\0\0\0"sv, "", {"PostgreSQL", by_postgres}},
    Greeting{"EFATAL:", "", {"PostgreSQL", by_postgres}},
};

bool holds(std::string_view text, std::string_view word) noexcept {
    const auto same = [](char a, char b) { return lower_case(a) == b; };
    return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

// A packet is three bytes of length, a number, then protocol 10 (a greeting) or 0xff (too many connections, blocked host).
bool is_mysql(std::string_view first) noexcept {
    return first.size() >= 6 && byte(first, 2) == 0 && byte(first, 3) <= 1 &&
           ((byte(first, 4) == 10 && byte(first, 5) >= '0' && byte(first, 5) <= '9') || byte(first, 4) == 0xff);
}

// RFC 9113 §3.4: a server begins with a frame SETTINGS: length, type 4, flags, stream 0.
bool is_http2(std::string_view first) noexcept {
    return first.size() >= 9 && byte(first, 0) == 0 && first.substr(3, 6) == "\x04\0\0\0\0\0"sv;
}

// In any language, and with a control or a byte of another encoding here and there; what is binary begins or goes on
// otherwise.
bool is_text(std::string_view line) noexcept {
    std::size_t odd = 0, characters = 0;
    while (!line.empty()) {
        const auto next = decode_utf8(line);
        const bool is_control = next.value != '\t' && (next.value < ' ' || next.value == '\x7f');
        if (next.value == 0 || (characters == 0 && (is_control || !next.valid))) return false;
        if (is_control || !next.valid) ++odd;
        ++characters;
        line.remove_prefix(next.bytes);
    }
    return odd * 2 <= characters && characters != 0;
}

}  // namespace

namespace {

// Which only clients send: an echo.
bool is_client_hello(std::string_view first) noexcept {
    constexpr unsigned handshake_record = 22, client_hello = 1;
    return first.size() > 5 && byte(first, 0) == handshake_record && byte(first, 5) == client_hello;
}

}  // namespace

bool may_be_tls(std::string_view first) noexcept {
    constexpr unsigned change_cipher_spec = 20, application_data = 23, major_version = 3;
    if (is_client_hello(first)) return false;
    if (first.empty()) return true;
    if (byte(first, 0) < change_cipher_spec || byte(first, 0) > application_data) return false;
    return first.size() < 2 || byte(first, 1) == major_version;
}

std::optional<Speaker> speaker(std::string_view first) noexcept {
    if (is_client_hello(first)) return Speaker{"echo", "it sends back what it is sent; is this the TLS port?"};
    if (is_http2(first)) return Speaker{"HTTP/2 in plain text (gRPC?)", ""};
    if (is_mysql(first)) return Speaker{"MySQL or MariaDB", by_mysql};
    const auto text = first.substr(std::min(first.find_first_not_of("\r\n"), first.size()));
    const auto fits = [text](const Greeting& greeting) {
        return text.starts_with(greeting.begin) && holds(text, greeting.contains);
    };
    const auto* found = std::ranges::find_if(greetings, fits);
    if (found == greetings.end()) return std::nullopt;
    return found->speaker;
}

std::string shown(std::string_view first) {
    constexpr std::size_t most_bytes = 16;
    constexpr auto digits = "0123456789abcdef"sv;
    const auto line = first.substr(0, first.find_first_of("\r\n"));
    if (is_text(line)) return '"' + printable_bytes(line) + '"';
    std::string bytes = "the bytes";
    for (std::size_t at = 0; at < std::min(first.size(), most_bytes); ++at) {
        bytes += ' ';
        bytes += digits[byte(first, at) / 16];
        bytes += digits[byte(first, at) % 16];
    }
    if (first.size() > most_bytes) bytes += " …";
    return bytes;
}

std::optional<std::string_view> chosen_version(std::string_view first) noexcept {
    constexpr unsigned handshake_record = 22, server_hello = 2, major_version = 3;
    if (first.size() < 11 || byte(first, 0) != handshake_record || byte(first, 5) != server_hello) return std::nullopt;
    if (byte(first, 9) != major_version) return std::nullopt;
    switch (byte(first, 10)) {
        case 0: return "SSL 3.0";
        case 1: return "TLS 1.0";
        case 2: return "TLS 1.1";
        case 3: return "TLS 1.2";
        default: return std::nullopt;
    }
}

std::optional<int> warning(std::string_view first) noexcept {
    constexpr unsigned alert_record = 21, level_warning = 1;
    if (first.size() < 7 || byte(first, 0) != alert_record || byte(first, 5) != level_warning) return std::nullopt;
    return static_cast<int>(byte(first, 6));
}

}  // namespace connprobe::net
