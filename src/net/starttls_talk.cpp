#include "net/starttls_talk.hpp"

#include <algorithm>
#include <array>

#include "model/starttls.hpp"
#include "net/starttls_failure.hpp"

namespace connprobe::net {

namespace {

/// A new protocol is a file, a line here and a line in model/starttls.hpp. In the order of `StartTls`.
constexpr std::array dialogues{speak_smtp, speak_imap, speak_pop3, speak_ftp, speak_ldap, speak_postgres, speak_mysql};
static_assert(dialogues.size() == starttls_specs.size());

/// Of a whole dialogue: a greeting of many lines has some hundreds of bytes.
constexpr std::size_t most_heard = 64 * 1024;

}  // namespace

StartTlsTalk::StartTlsTalk(StartTls protocol, const std::string& own_name)
    : dialogue_{dialogues[static_cast<std::size_t>(protocol)](own_name)} {}

void StartTlsTalk::add(std::string_view bytes) {
    heard_ += bytes;
    total_ += bytes.size();
    since_ += bytes.size();
}

Turn StartTlsTalk::next() {
    for (;;) {
        auto turn = dialogue_->hear(heard_);
        if (turn.failure) return turn;
        if (turn.agreed && early_ != 0) return {.failure = agreed_too_early(heard_.substr(0, turn.taken))};
        heard_.erase(0, turn.taken);
        early_ -= std::min(early_, turn.taken);
        if (turn.agreed && !heard_.empty()) return {.failure = plain_text_after_agreement(heard_)};
        if (!turn.say.empty()) {
            spoke_ = true;
            since_ = 0;
            early_ = heard_.size();
        }
        if (turn.agreed || !turn.say.empty()) return turn;
        if (total_ >= most_heard) return {.failure = starttls_too_long(dialogue_->awaited())};
        if (turn.taken == 0) return {};
    }
}

Silent StartTlsTalk::silent() const { return spoke_ && total_ == 0 ? Silent::since_we_asked : Silent::no; }
Failure StartTlsTalk::hung_up() const { return starttls_hung_up(dialogue_->awaited(), silent()); }
Failure StartTlsTalk::broken_off(int error) const { return starttls_broken_off(dialogue_->awaited(), error, silent()); }
Failure StartTlsTalk::timed_out(const Limit& limit) const {
    return starttls_timed_out(dialogue_->awaited(), since_, limit);
}

}  // namespace connprobe::net
