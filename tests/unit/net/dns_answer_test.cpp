#include "net/dns_answer.hpp"

#include <ares.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace connprobe::net;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

std::string number(unsigned value) { return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)}; }

/// As a message has it: "a.b" is "\1a\1b\0".
std::string name(std::string_view text) {
    std::string labels;
    while (!text.empty()) {
        const auto label = text.substr(0, text.find('.'));
        labels += static_cast<char>(label.size()) + std::string{label};
        text.remove_prefix(std::min(text.size(), label.size() + 1));
    }
    return labels + '\0';
}

std::string record(std::string_view owner, unsigned type, std::string_view data, unsigned network = 1) {
    return name(owner) + number(type) + number(network) + "\0\0\0\x3c"s + number(static_cast<unsigned>(data.size())) +
           std::string{data};
}

std::string alias(std::string_view owner, std::string_view target) { return record(owner, 5, name(target)); }
std::string a(std::string_view owner, std::string_view data = "\xc0\0\2\1"sv) { return record(owner, 1, data); }

/// An answer to a question about the name "q" with these records.
std::string answer(std::initializer_list<std::string> records, unsigned questions = 1) {
    auto message = "\1\2\x81\x80"s + number(questions) + number(static_cast<unsigned>(records.size())) + "\0\0\0\0"s +
                   name("q") + number(1) + number(1);
    for (const auto& one : records) message += one;
    return message;
}

std::span<const unsigned char> bytes(const std::string& message) {
    return {reinterpret_cast<const unsigned char*>(message.data()), message.size()};
}

/// The addresses, or the status.
std::string addresses_in(const std::string& message, RecordType type = RecordType::a) {
    std::vector<asio::ip::address> addresses;
    const int status = parse_addresses(type, bytes(message), addresses);
    if (status == ARES_ENODATA) return "none";
    if (status != ARES_SUCCESS) return status == ARES_EBADRESP ? "malformed" : "another status";
    std::string text;
    for (const auto& one : addresses) text += (text.empty() ? "" : " ") + one.to_string();
    return text;
}

}  // namespace

TEST_CASE("the addresses of an answer are those of the name asked for, in whatever order aliases and records stand") {
    CHECK(addresses_in(answer({a("q"), a("Q", "\xc0\0\2\2"sv)})) == "192.0.2.1 192.0.2.2");
    CHECK(addresses_in(answer({alias("q", "x"), alias("x", "y.x"), a("y.x")})) == "192.0.2.1");
    CHECK(addresses_in(answer({a("y.x"), alias("x", "y.x"), alias("q", "x")})) == "192.0.2.1");
    CHECK(addresses_in(answer({record("q", 28, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"sv)}), RecordType::aaaa) ==
          "2001:db8::1");
}

TEST_CASE("what is not an address of the name is none") {
    CHECK(addresses_in(answer({})) == "none");
    CHECK(addresses_in(answer({a("x")})) == "none");
    CHECK(addresses_in(answer({alias("q", "x")})) == "none");
    CHECK(addresses_in(answer({alias("q", "x"), alias("x", "q"), a("z")})) == "none");
    CHECK(addresses_in(answer({a("q")}), RecordType::aaaa) == "none");
    CHECK(addresses_in(answer({record("q", 1, "\xc0\0\2\1"sv, 3)})) == "none");
    CHECK(addresses_in(answer({record("q", 46, "a signature"), a("q")})) == "192.0.2.1");
}

TEST_CASE("an answer that does not fit together is malformed") {
    const auto whole = answer({alias("q", "x"), a("x")});
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK(addresses_in(whole.substr(0, size)) == "malformed");
    CHECK(addresses_in(answer({a("q", "\xc0\0\2"sv)})) == "malformed");
    CHECK(addresses_in(answer({a("q", "\xc0\0\2\1\1"sv)})) == "malformed");
    CHECK(addresses_in(answer({record("q", 5, name("x") + '\1')})) == "malformed");
    CHECK(addresses_in(answer({a("q")}, 2)) == "malformed");
}

TEST_CASE("the services of an answer are read, and a record that is too short or too long is malformed") {
    const auto services_in = [](std::string_view data) {
        std::vector<Service> services;
        const int status = parse_services(bytes(answer({record("q", 33, data)})), services);
        return status == ARES_SUCCESS ? services : std::vector<Service>{};
    };
    const auto whole = "\0\1\0\2\x1b\x58"s + name("Db.example");
    CHECK(services_in(whole) == std::vector{Service{"db.example", 7000, 1, 2}});
    CHECK(services_in(whole + '\0').empty());
    CHECK(services_in(whole.substr(0, 6)).empty());
    std::vector<Service> services;
    CHECK(parse_services({}, services) == ARES_EBADRESP);
}
