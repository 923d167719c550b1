// PostgreSQL ("SSL Session Encryption"): SSLRequest, and one byte: S for yes, N for no, or E and an error.
#include <memory>
#include <utility>

#include "net/starttls_dialogue.hpp"
#include "net/starttls_failure.hpp"

namespace connprobe::net {

namespace {

using namespace std::string_view_literals;

// Its own length, 8, and the code 80877103 where a startup message has its version.
constexpr auto ssl_request = "\0\0\0\x08\x04\xd2\x16\x2f"sv;

constexpr std::size_t message_header_size = 5;  // a letter and a length, which counts itself

std::size_t length_at(std::string_view bytes) {
    std::size_t length = 0;
    for (const char each : bytes.substr(1, 4)) length = length << 8U | static_cast<unsigned char>(each);
    return length;
}

/// The text of the field of that kind in an ErrorResponse; empty if there is none.
std::string_view field(std::string_view content, char kind) {
    while (!content.empty() && content.front() != '\0') {
        const auto end = content.find('\0');
        if (end == content.npos) return {};
        if (content.front() == kind) return content.substr(1, end - 1);
        content.remove_prefix(end + 1);
    }
    return {};
}

class Postgres : public StartTlsDialogue {
public:
    Turn hear(std::string_view heard) override {
        if (!std::exchange(asked_, true)) return {.say = std::string{ssl_request}};
        if (heard.empty()) return {};
        switch (heard.front()) {
            case 'S': return agreed(heard);
            case 'N':
                if (heard.size() > 1) return other(heard);
                return {.failure = starttls_refused("the server answered SSLRequest with N: it does not speak TLS",
                                                    "turn TLS on in the server (ssl = on, with a certificate), or "
                                                    "probe it without starttls")};
            case 'E': return error(heard);
            default: return other(heard);
        }
    }

    std::string_view awaited() const override { return "its answer to SSLRequest"; }

private:
    // "SSH-2.0-..." begins with an S as well.
    static Turn agreed(std::string_view heard) {
        if (heard.starts_with("SSH-")) return other(heard);
        return {.taken = 1, .agreed = true};
    }

    static Turn error(std::string_view heard) {
        if (heard.size() < message_header_size) return {};
        if (heard.starts_with("Ecoul") || heard.starts_with("EFATA")) return old_error(heard);
        const auto length = length_at(heard);
        if (length < 4 || length > most_of_an_error) return other(heard);
        if (heard.size() < length + 1) return {};
        const auto content = heard.substr(message_header_size, length - 4);
        const auto words = field(content, 'M'), state = field(content, 'C');
        if (words.empty()) return other(heard);
        return {.failure = starttls_refused("the server answered SSLRequest with an error: " + quoted_reply(words) +
                                            (state.empty() ? "" : " (" + std::string{state} + ")"))};
    }

    // An E and a text, as servers did before protocol 3: they still do where they have no process for us.
    static Turn old_error(std::string_view heard) {
        const auto end = heard.find_first_of("\n\0"sv);
        if (end == heard.npos && heard.size() < most_of_an_error) return {};
        return {.failure = starttls_refused(
                    "the server answered SSLRequest with an error: " + quoted_reply(heard.substr(1, end - 1)),
                    heard.starts_with("Ecoul") ? "PostgreSQL has no processes or memory left: see its log"
                                               : "it answers as servers of before PostgreSQL 7.4 do: see its log")};
    }

    static Turn other(std::string_view heard) { return {.failure = not_this_protocol(StartTls::postgres, heard)}; }

    static constexpr std::size_t most_of_an_error = 30000;  // as libpq has it

    bool asked_ = false;
};

}  // namespace

StartTlsDialoguePtr speak_postgres(const std::string& /*not said before TLS*/) { return std::make_unique<Postgres>(); }

}  // namespace connprobe::net
