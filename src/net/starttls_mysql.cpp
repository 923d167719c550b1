// MySQL ("Connection Phase", SSL Handshake): the greeting tells what the server can; an SSLRequest is not answered.
#include <memory>

#include "net/starttls_dialogue.hpp"
#include "net/starttls_failure.hpp"

namespace connprobe::net {

namespace {

constexpr std::size_t packet_header_size = 4;  // three bytes of length, the lowest first, and a number
constexpr unsigned char protocol_10 = 10, error_packet = 0xff;
constexpr unsigned client_protocol_41 = 0x200, client_ssl = 0x800, client_secure_connection = 0x8000;

unsigned number(std::string_view bytes, std::size_t at, std::size_t size) {
    unsigned value = 0;
    for (auto i = at + size; i-- > at;) value = value << 8U | static_cast<unsigned char>(bytes[i]);
    return value;
}

void append(std::string& bytes, unsigned value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
}

/// SSLRequest: what we can do, the longest packet, a character set (utf8mb4), 23 bytes that are zero.
std::string tls_request() {
    constexpr unsigned longest_packet = 1U << 24U, utf8mb4 = 45;
    std::string content;
    append(content, client_protocol_41 | client_ssl | client_secure_connection, 4);
    append(content, longest_packet, 4);
    append(content, utf8mb4, 1);
    content.append(23, '\0');
    std::string packet;
    append(packet, static_cast<unsigned>(content.size()), 3);
    append(packet, 1, 1);
    return packet + content;
}

class MySql : public StartTlsDialogue {
public:
    Turn hear(std::string_view heard) override {
        if (heard.size() <= packet_header_size) return {};
        const std::size_t length = number(heard, 0, 3);
        const auto kind = static_cast<unsigned char>(heard[packet_header_size]);
        // A greeting has some 80 bytes, and is the first packet of its connection.
        if (length == 0 || length > most_of_a_greeting) return other(heard);
        if (kind != error_packet && (kind != protocol_10 || heard[3] != '\0')) return other(heard);
        if (heard.size() < packet_header_size + length) return {};
        const auto content = heard.substr(packet_header_size, length);
        if (kind == error_packet) return error(content, heard);
        auto turn = greeting(content, heard);
        turn.taken = packet_header_size + length;
        return turn;
    }

    std::string_view awaited() const override { return "its greeting"; }

private:
    /// The version ends with a NUL; after it 4 bytes of a thread, 8 of a salt, 1 that is zero, then what it can do.
    static Turn greeting(std::string_view content, std::string_view heard) {
        constexpr std::size_t thread_and_salt = 4 + 8 + 1;
        const auto version_end = content.find('\0');
        if (version_end == content.npos || content.size() < version_end + 1 + thread_and_salt + 2) return other(heard);
        if ((number(content, version_end + 1 + thread_and_salt, 2) & client_ssl) != 0)
            return {.say = tls_request(), .agreed = true};
        return {.failure = starttls_refused("the server does not offer TLS in its greeting (version " +
                                            quoted_reply(content.substr(1, version_end - 1)) + ")")};
    }

    /// A number of two bytes, sometimes # and an SQLSTATE of five letters, and words.
    static Turn error(std::string_view content, std::string_view heard) {
        if (content.size() < 3) return other(heard);
        const auto code = number(content, 1, 2);
        auto words = content.substr(3);
        constexpr std::size_t state = 6;
        if (words.starts_with('#') && words.size() >= state) words.remove_prefix(state);
        constexpr unsigned too_many_connections = 1040, host_blocked = 1129, host_not_allowed = 1130;
        std::string hint = "look into the server's log";
        if (code == too_many_connections) hint = "raise max_connections, or find out who holds so many connections";
        if (code == host_blocked)
            hint = "too many connections from here broke off: FLUSH HOSTS on the server, and look for what breaks them";
        if (code == host_not_allowed) hint = "no account of the server allows this address: look at its accounts";
        return {.failure = starttls_refused(
                    "the server greeted with the error " + std::to_string(code) + ": " + quoted_reply(words),
                    std::move(hint))};
    }

    static Turn other(std::string_view heard) { return {.failure = not_this_protocol(StartTls::mysql, heard)}; }

    static constexpr std::size_t most_of_a_greeting = 4096;
};

}  // namespace

StartTlsDialoguePtr speak_mysql(const std::string& /*not said before TLS*/) { return std::make_unique<MySql>(); }

}  // namespace connprobe::net
