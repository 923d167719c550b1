#include "net/starttls_failure.hpp"

#include <cerrno>
#include <utility>

#include "model/readable.hpp"
#include "model/starttls.hpp"
#include "model/text.hpp"
#include "net/connect_errors.hpp"
#include "net/tls_greeting.hpp"

namespace connprobe::net {

namespace {

Failure failure(Code code, std::string message, std::string hint = {}) {
    return make_failure(Phase::tls, code, std::move(message), std::move(hint));
}

constexpr std::string_view speaks_tls_already =
    "the port speaks TLS already: leave out starttls, and turn tls on for it";

std::string hint_for_other(StartTls protocol, std::string_view heard) {
    if (!heard.empty() && may_be_tls(heard)) return std::string{speaks_tls_already};
    const auto known = speaker(heard);
    if (!known)
        return "see with `nc` what the port says to whoever connects, and correct the port or the protocol in starttls";
    if (lower_case(known->protocol).find(spec(protocol).name) != std::string::npos)
        return "it speaks " + std::string{known->protocol} + ", but not rightly: see its log, or what stands before it";
    return "the port speaks " + std::string{known->protocol} + ", and starttls says " +
           std::string{spec(protocol).name} + ": correct one of them";
}

constexpr std::string_view what_pipelined_text_means =
    "a fault of the server, or somebody on the way who slips text in; look at what stands before the server";

constexpr std::string_view hint_for_silent_end =
    "a port that speaks TLS at once hangs up like this: leave out starttls and write tls://HOST:PORT; so does a server "
    "that is overloaded or bars this client: look into its log";

}  // namespace

std::string quoted_reply(std::string_view line) {
    constexpr std::size_t most = 160;
    auto text = shown(line);
    if (text.size() <= most) return text;
    auto end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
    return text.substr(0, end) + "…\"";
}

Failure starttls_refused(std::string message, std::string hint) {
    return failure(Code::starttls_refused, std::move(message), std::move(hint));
}

Failure starttls_refused_by(std::string_view line, std::string_view awaited) {
    const bool at_once = awaited == "its greeting";
    return starttls_refused(
        "the server said " + quoted_reply(line) + (at_once ? " as " : " instead of ") + std::string{awaited},
        at_once ? "it turned us away before TLS was asked for: look at its limits and access rules" : "");
}

Failure not_this_protocol(StartTls protocol, std::string_view heard) {
    const auto message =
        "the server said " + quoted_reply(heard) + ", which is not " + std::string{spec(protocol).called};
    // TLS where plain text was asked for is no lack of TLS.
    const bool is_tls = heard.size() > 1 && may_be_tls(heard);
    return failure(is_tls ? Code::starttls_refused : Code::not_tls, message, hint_for_other(protocol, heard));
}

Failure plain_text_after_agreement(std::string_view rest) {
    return failure(Code::not_tls, "the server agreed to change to TLS and went on in plain text: " + quoted_reply(rest),
                   "nothing may come between the two: " + std::string{what_pipelined_text_means});
}

Failure agreed_too_early(std::string_view line) {
    return failure(Code::not_tls, "the server agreed to change to TLS before it was asked to: " + quoted_reply(line),
                   "it cannot have known: " + std::string{what_pipelined_text_means});
}

Failure starttls_too_long(std::string_view awaited) {
    return failure(Code::reply_too_large,
                   "the server sent more than 64 KiB, and " + std::string{awaited} + " had no end",
                   "no server needs so much to agree to TLS: is the service behind the port the one you mean?");
}

Failure starttls_hung_up(std::string_view awaited, Silent silent) {
    auto message = "the server closed the connection before " + std::string{awaited};
    if (silent == Silent::since_we_asked)
        return failure(Code::connection_closed, std::move(message), std::string{hint_for_silent_end});
    return failure(Code::connection_closed, std::move(message),
                   "a server that is overloaded or bars this client hangs up like this, and so does a proxy without a "
                   "backend: look into its log");
}

Failure starttls_broken_off(std::string_view awaited, int error, Silent silent) {
    const auto before = " before " + std::string{awaited};
    if (error == EPIPE) return starttls_hung_up(awaited, silent);
    if (error == ECONNRESET)
        return failure(Code::connection_reset, "the server reset the connection" + before,
                       silent == Silent::since_we_asked ? std::string{hint_for_silent_end} : "");
    const auto words = "the connection broke" + before + " (" + errno_name(error) + ")";
    if (error == ETIMEDOUT) return failure(Code::tls_timeout, words + ": the kernel got no answer any more");
    return failure(connect_code(error, {}).value_or(Code::connection_reset), words);
}

Failure starttls_timed_out(std::string_view awaited, std::size_t heard, const Limit& limit) {
    const auto within = "within " + readable(limit.length) + " (" + std::string{limit.name} + ")";
    if (heard != 0)
        return failure(Code::tls_timeout,
                       "the server did not finish " + std::string{awaited} + ' ' + within + "; " +
                           std::to_string(heard) + (heard == 1 ? " byte" : " bytes") + " had come",
                       "it began to speak and stopped: look at its load and log, or give it more time");
    const bool at_once = awaited == "its greeting";
    return failure(Code::tls_timeout, "the server did not send " + std::string{awaited} + ' ' + within,
                   at_once ? "a port that speaks TLS at once is silent like this (leave out starttls), and so is a "
                             "server that looks up its clients' names before it greets"
                           : "it does not answer what this protocol asks: look at its load and log, and whether "
                             "starttls names the right protocol");
}

}  // namespace connprobe::net
