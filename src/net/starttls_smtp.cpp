// SMTP (RFC 3207): the greeting, EHLO, an answer that offers STARTTLS, STARTTLS, 220.
#include <memory>

#include "net/starttls_dialogue.hpp"
#include "net/starttls_failure.hpp"
#include "net/starttls_lines.hpp"

namespace connprobe::net {

namespace {

enum class Awaited : std::uint8_t { greeting, offer, agreement };

class Smtp : public StartTlsDialogue {
public:
    explicit Smtp(const std::string& own_name) : own_name_{own_name} {}

    Turn hear(std::string_view heard) override {
        const auto line = first_line(heard);
        if (!line) return {.failure = may_be_reply(heard) ? std::nullopt : other(heard)};
        const auto reply = reply_line(line->text);
        if (!reply) return {.failure = other(heard)};
        if (reply->code == 250 && awaited_ == Awaited::offer && begins_with_word(reply->text, "STARTTLS"))
            offered_ = true;
        if (!reply->last) return {.taken = line->bytes};
        auto turn = answer(*reply, line->text);
        turn.taken = line->bytes;
        return turn;
    }

    std::string_view awaited() const override {
        if (awaited_ == Awaited::greeting) return "its greeting";
        return awaited_ == Awaited::offer ? "its answer to EHLO" : "its answer to STARTTLS";
    }

private:
    Turn answer(const ReplyLine& reply, std::string_view line) {
        const unsigned good = awaited_ == Awaited::offer ? 250 : 220;
        if (reply.code != good) return {.failure = starttls_refused_by(line, awaited())};
        switch (awaited_) {
            case Awaited::greeting: awaited_ = Awaited::offer; return {.say = "EHLO " + own_name_ + "\r\n"};
            case Awaited::offer: break;
            case Awaited::agreement: return {.agreed = true};
        }
        if (!offered_) return {.failure = starttls_refused("the server does not offer STARTTLS in its answer to EHLO")};
        awaited_ = Awaited::agreement;
        return {.say = "STARTTLS\r\n"};
    }

    static std::optional<Failure> other(std::string_view heard) { return not_this_protocol(StartTls::smtp, heard); }

    const std::string own_name_;
    Awaited awaited_ = Awaited::greeting;
    bool offered_ = false;
};

}  // namespace

StartTlsDialoguePtr speak_smtp(const std::string& own_name) { return std::make_unique<Smtp>(own_name); }

}  // namespace connprobe::net
