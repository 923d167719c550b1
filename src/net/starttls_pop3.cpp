// POP3 (RFC 2595): the greeting, STLS, +OK. Asking for its capabilities first would tell nothing more than STLS does.
#include <memory>

#include "net/starttls_dialogue.hpp"
#include "net/starttls_failure.hpp"
#include "net/starttls_lines.hpp"

namespace connprobe::net {

namespace {

class Pop3 : public StartTlsDialogue {
public:
    Turn hear(std::string_view heard) override {
        if (!heard.empty() && heard.front() != '+' && heard.front() != '-') return other(heard);
        const auto line = first_line(heard);
        if (!line) return {};
        if (begins_with_word(line->text, "-ERR")) return {.failure = starttls_refused_by(line->text, awaited())};
        if (!begins_with_word(line->text, "+OK")) return other(heard);
        if (asked_) return {.taken = line->bytes, .agreed = true};
        asked_ = true;
        return {.taken = line->bytes, .say = "STLS\r\n"};
    }

    std::string_view awaited() const override { return asked_ ? "its answer to STLS" : "its greeting"; }

private:
    static Turn other(std::string_view heard) { return {.failure = not_this_protocol(StartTls::pop3, heard)}; }

    bool asked_ = false;
};

}  // namespace

StartTlsDialoguePtr speak_pop3(const std::string& /*POP3 does not say who it is*/) { return std::make_unique<Pop3>(); }

}  // namespace connprobe::net
