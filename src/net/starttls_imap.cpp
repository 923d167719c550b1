// IMAP (RFC 9051 §6.2.1): the greeting, CAPABILITY, an answer that offers STARTTLS, STARTTLS, OK.
#include <memory>

#include "net/starttls_dialogue.hpp"
#include "net/starttls_failure.hpp"
#include "net/starttls_lines.hpp"

namespace connprobe::net {

namespace {

enum class AwaitedByImap : std::uint8_t { greeting, offer, agreement };

class Imap : public StartTlsDialogue {
public:
    Turn hear(std::string_view heard) override {
        const bool begins_well = heard.empty() || heard.front() == '*' || heard.front() == 'a';
        if (!begins_well) return other(heard);
        const auto line = first_line(heard);
        if (!line) return {};
        auto turn = heard.front() == '*' ? untagged(*line, heard) : tagged(*line, heard);
        turn.taken = line->bytes;
        return turn;
    }

    std::string_view awaited() const override {
        if (awaited_ == AwaitedByImap::greeting) return "its greeting";
        return awaited_ == AwaitedByImap::offer ? "its answer to CAPABILITY" : "its answer to STARTTLS";
    }

private:
    Turn untagged(const Line& line, std::string_view heard) {
        if (!begins_with_word(line.text, "*")) return other(heard);
        const auto said = after_first_word(line.text);
        if (begins_with_word(said, "BYE")) return {.failure = starttls_refused_by(line.text, awaited())};
        if (awaited_ != AwaitedByImap::greeting) {
            if (begins_with_word(said, "CAPABILITY")) offered_ = has_word(said, "STARTTLS");
            return {};
        }
        if (begins_with_word(said, "PREAUTH")) return already_logged_in(line.text);
        if (!begins_with_word(said, "OK")) return other(heard);
        awaited_ = AwaitedByImap::offer;
        return {.say = "a1 CAPABILITY\r\n"};
    }

    Turn tagged(const Line& line, std::string_view heard) {
        const auto tag = awaited_ == AwaitedByImap::offer ? "a1" : "a2";
        if (awaited_ == AwaitedByImap::greeting || !begins_with_word(line.text, tag)) return other(heard);
        if (!begins_with_word(after_first_word(line.text), "OK"))
            return {.failure = starttls_refused_by(line.text, awaited())};
        if (awaited_ == AwaitedByImap::agreement) return {.agreed = true};
        if (!offered_)
            return {.failure = starttls_refused("the server does not offer STARTTLS in its answer to CAPABILITY")};
        awaited_ = AwaitedByImap::agreement;
        return {.say = "a2 STARTTLS\r\n"};
    }

    // STARTTLS exists only before the login.
    static Turn already_logged_in(std::string_view line) {
        return {.failure = starttls_refused(
                    "the server greeted with " + quoted_reply(line) + ": it takes us for logged in without TLS",
                    "STARTTLS is possible only before the login: look at why the server trusts this address, or use "
                    "its TLS port")};
    }

    static Turn other(std::string_view heard) { return {.failure = not_this_protocol(StartTls::imap, heard)}; }

    AwaitedByImap awaited_ = AwaitedByImap::greeting;
    bool offered_ = false;
};

}  // namespace

StartTlsDialoguePtr speak_imap(const std::string& /*IMAP does not say who it is*/) { return std::make_unique<Imap>(); }

}  // namespace connprobe::net
