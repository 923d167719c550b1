// FTP (RFC 4217): the greeting, AUTH TLS, 234.
#include <memory>

#include "net/starttls_dialogue.hpp"
#include "net/starttls_failure.hpp"
#include "net/starttls_lines.hpp"

namespace connprobe::net {

namespace {

class Ftp : public StartTlsDialogue {
public:
    Turn hear(std::string_view heard) override {
        const bool may_be_anything = inside_ != 0;
        const auto line = first_line(heard);
        if (!line) return {.failure = may_be_anything || may_be_reply(heard) ? std::nullopt : other(heard)};
        const auto reply = reply_line(line->text);
        if (!reply && !may_be_anything) return {.failure = other(heard)};
        // RFC 959 §4.2: a reply of several lines ends with its own code and a blank; lines between are free.
        if (inside_ != 0 && !(reply && reply->last && reply->code == inside_)) return {.taken = line->bytes};
        if (!reply->last) {
            inside_ = reply->code;
            return {.taken = line->bytes};
        }
        inside_ = 0;
        auto turn = answer(*reply, line->text);
        turn.taken = line->bytes;
        return turn;
    }

    std::string_view awaited() const override { return asked_ ? "its answer to AUTH TLS" : "its greeting"; }

private:
    Turn answer(const ReplyLine& reply, std::string_view line) {
        constexpr unsigned ready_soon = 120, ready = 220, agreed = 234;
        if (!asked_ && reply.code == ready_soon) return {};
        if (reply.code != (asked_ ? agreed : ready)) return {.failure = starttls_refused_by(line, awaited())};
        if (asked_) return {.agreed = true};
        asked_ = true;
        return {.say = "AUTH TLS\r\n"};
    }

    static std::optional<Failure> other(std::string_view heard) { return not_this_protocol(StartTls::ftp, heard); }

    unsigned inside_ = 0;  // the code of the reply whose lines are coming
    bool asked_ = false;
};

}  // namespace

StartTlsDialoguePtr speak_ftp(const std::string& /*FTP does not say who it is*/) { return std::make_unique<Ftp>(); }

}  // namespace connprobe::net
