#include "report/table/detail.hpp"

#include <algorithm>
#include <chrono>

#include "model/readable.hpp"
#include "model/text.hpp"
#include "report/table/connections.hpp"
#include "report/table/units.hpp"
#include "terminal/text_width.hpp"

namespace connprobe::report::table {

namespace {

bool is_up(const Result& result) { return result.status == Status::up || result.status == Status::degraded; }

std::string retries(const Result& result) {
    if (result.connections || result.attempts() < 2) return {};
    return counted(result.attempts() - 1, "retry", "retries");
}

/// Why a server that is up had to be asked again.
std::string overcome(const Result& result) {
    if (!is_up(result) || result.connections || result.history.size() < 2) return {};
    const auto failed = std::find_if(result.history.rbegin(), result.history.rend(),
                                     [](const Attempt& attempt) { return attempt.error.has_value(); });
    if (failed == result.history.rend()) return {};
    return std::string("(").append(to_string(failed->error->code)).append(")");
}

std::string stopped(const Result& result) {
    if (result.status != Status::down || !result.stopped_by) return {};
    switch (*result.stopped_by) {
        case StoppedBy::deadline: return "cut off by the deadline";
        case StoppedBy::signal: return "cut off by a signal";
        case StoppedBy::fail_fast:
        case StoppedBy::enough: return "cut off: it was decided without it";
        case StoppedBy::attempts:
        case StoppedBy::rule: break;
    }
    return {};
}

/// In the fewest words why a server is degraded.
std::string reason(const Warning& warning) {
    if (warning.code == WarningCode::certificate_expires_soon) return "expires soon";
    return std::string(to_string(warning.code));
}

/// ": 192.0.2.7, 192.0.2.8 and 3 more"; empty if it is not known which.
std::string dead_addresses(const Result& result) {
    constexpr std::size_t most = 2;
    std::string text;
    std::size_t count = 0;
    for (const AddressFate& fate : result.addresses) {
        if (fate.error && ++count <= most) text += (count == 1 ? ": " : ", ") + printable(fate.address);
    }
    return count > most ? text + " and " + std::to_string(count - most) + " more" : text;
}

/// The same with the figures, where they are known.
std::string reason_with_facts(const Warning& warning, const Result& result, WallTime now) {
    const Settings& settings = *result.target->settings;
    std::string text = reason(warning);
    if (warning.code == WarningCode::address_down) {
        text += dead_addresses(result);
    } else if (warning.code == WarningCode::slow && settings.max_latency) {
        text += ": " + measured(result.latency().total()) + " > " + limit(*settings.max_latency);
    } else if (warning.code == WarningCode::certificate_expires_soon && settings.cert_expiry && result.tls &&
               result.tls->chain_not_after) {
        const long days = days_between(now, *result.tls->chain_not_after);
        text += ": " + std::to_string(days) + " d < " + limit(*settings.cert_expiry);
    }
    return text;
}

/// What the addresses cost that were tried before the one that answered.
std::string lost_time(const Result& result) {
    const auto answered = std::find_if(result.addresses.begin(), result.addresses.end(),
                                       [&](const AddressFate& fate) { return fate.address == result.address; });
    if (answered == result.addresses.end() || !answered->connect) return {};
    const auto lost = result.latency().connect.value_or(Duration{}) - *answered->connect;
    return lost > std::chrono::milliseconds{1} ? " cost " + measured(lost) : "";
}

std::string remark(const Warning& warning, const Result& result) {
    const auto lost = warning.code == WarningCode::fallback_address ? lost_time(result) : "";
    return std::string(to_string(warning.code)) + lost;
}

std::string certificate(const TlsFacts& tls, WallTime now) {
    if (!tls.certificate) return {};
    if (now < tls.certificate->not_before) {
        return "certificate valid in " + std::to_string(days_between(now, tls.certificate->not_before)) + " d";
    }
    const long days = days_between(now, tls.chain_not_after.value_or(tls.certificate->not_after));
    if (days < 0) return "certificate expired " + std::to_string(-days - 1) + " d ago";
    return "certificate " + std::to_string(days) + " d";
}

std::string protocol(const TlsFacts& tls, const Look& look) {
    std::string text = tls.version.value_or("");
    if (tls.alpn) text.append(text.empty() ? "" : " ").append(*tls.alpn);
    return look.text(text);
}

/// "200 nginx/1.22.1", "PONG", "SSH-2.0-OpenSSH_9.2".
std::string answer(const CheckFacts& check, const Look& look) {
    constexpr std::size_t longest = 40;
    std::string text = check.status ? std::to_string(*check.status) : "";
    if (!check.detail.empty()) {
        text += (text.empty() ? "" : " ") + terminal::elide(look.text(check.detail), longest, look.signs().ellipsis);
    }
    return text;
}

}  // namespace

Detail detail_of(const Result& result, WallTime now, bool with_time, const Look& look) {
    Detail detail;
    const auto add = [&](std::string text, Worth worth, std::string_view joint = ", ") {
        if (!text.empty()) detail.push_back({std::move(text), worth, joint});
    };
    add(retries(result), Worth::important);
    add(overcome(result), Worth::useful, " ");
    if (with_time && is_up(result)) add(measured(result.latency().total()), Worth::essential);
    if (result.error) add(std::string(to_string(result.error->code)), Worth::essential);
    for (const Warning& warning : result.warnings) {
        if (!degrades(warning)) continue;
        add(with_time ? reason(warning) : reason_with_facts(warning, result, now), Worth::essential);
    }
    add(stopped(result), Worth::useful);
    for (const Warning& warning : result.warnings) {
        if (!degrades(warning)) add(remark(warning, result), Worth::useful);
    }
    if (result.connections)
        for (auto& remark : connection_remarks(*result.connections)) detail.push_back(std::move(remark));
    if (result.check) add(answer(*result.check, look), is_up(result) ? Worth::useful : Worth::nice);
    if (result.tls) {
        add(protocol(*result.tls, look), Worth::nice);
        add(certificate(*result.tls, now), Worth::useful);
    }
    return detail;
}

std::string joined(const Detail& detail, Worth least) {
    std::string text;
    for (const Remark& remark : detail) {
        if (remark.worth >= least) text.append(text.empty() ? "" : remark.joint).append(remark.text);
    }
    return text;
}

std::string fitted(const Detail& detail, std::size_t room, const Look& look) {
    Detail kept = detail;
    for (;;) {
        std::string text = joined(kept, Worth::nice);
        if (terminal::text_width(text) <= room) return text;
        const auto last = std::min_element(kept.rbegin(), kept.rend(),
                                           [](const Remark& a, const Remark& b) { return a.worth < b.worth; });
        if (kept.size() == 1 || last->worth == Worth::essential) {
            return terminal::elide(text, room, look.signs().ellipsis);
        }
        kept.erase(std::next(last).base());
    }
}

}  // namespace connprobe::report::table
