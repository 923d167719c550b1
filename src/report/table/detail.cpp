#include "report/table/detail.hpp"

#include <algorithm>

#include "report/table/units.hpp"

namespace connprobe::report::table {

namespace {

/// Words with commas between them.
void add(std::string& list, std::string_view words) {
    if (words.empty()) return;
    if (!list.empty()) list += ", ";
    list += words;
}

bool is_up(const Result& result) { return result.status == Status::up || result.status == Status::degraded; }

std::string retries(const Result& result) {
    if (result.history.size() < 2) return {};
    return counted(result.history.size() - 1, "retry", "retries");
}

/// Why a server that is up had to be asked again.
std::string overcome(const Result& result) {
    if (!is_up(result) || result.history.size() < 2) return {};
    const auto failed = std::find_if(result.history.rbegin(), result.history.rend(),
                                     [](const Attempt& attempt) { return attempt.error.has_value(); });
    if (failed == result.history.rend()) return {};
    return std::string(" (").append(to_string(failed->error->code)).append(")");
}

std::string stopped(const Result& result) {
    if (result.status != Status::down || !result.stopped_by) return {};
    switch (*result.stopped_by) {
        case StoppedBy::deadline: return "cut off by the deadline";
        case StoppedBy::signal: return "cut off by a signal";
        case StoppedBy::fail_fast: return "cut off by --fail-fast";
        case StoppedBy::attempts:
        case StoppedBy::rule: break;
    }
    return {};
}

bool degrades(const Warning& warning) { return all_warnings()[static_cast<std::size_t>(warning.code)].degrades; }

/// The facts in the form of the table where they are known, else the code stands alone.
std::string reason(const Warning& warning, const Result& result, WallTime now) {
    const Settings& settings = *result.target->settings;
    if (warning.code == WarningCode::slow && settings.max_latency) {
        return "slow: " + measured(result.latency().total()) + " > " + limit(*settings.max_latency);
    }
    if (warning.code == WarningCode::certificate_expires_soon && settings.cert_expiry && result.tls &&
        result.tls->chain_not_after) {
        const long days = days_between(now, *result.tls->chain_not_after);
        return "certificate_expires_soon: " + std::to_string(days) + " d < " + limit(*settings.cert_expiry);
    }
    return std::string(to_string(warning.code));
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

std::string tls_facts(const Result& result, WallTime now, const Look& look) {
    if (!result.tls) return {};
    std::string facts = result.tls->version.value_or("");
    if (result.tls->alpn) facts.append(facts.empty() ? "" : " ").append(*result.tls->alpn);
    add(facts, certificate(*result.tls, now));
    return look.text(facts);
}

}  // namespace

Detail detail_of(const Result& result, WallTime now, bool with_time, const Look& look) {
    Detail detail;
    detail.brief = retries(result);
    detail.full = detail.brief + overcome(result);
    const auto say = [&](std::string_view words) {
        add(detail.full, words);
        add(detail.brief, words);
        if (detail.bare.empty()) detail.bare = words;
    };
    if (with_time && is_up(result)) say(measured(result.latency().total()));
    if (result.error) say(to_string(result.error->code));
    for (const Warning& warning : result.warnings) {
        if (degrades(warning)) say(reason(warning, result, now));
    }
    add(detail.full, stopped(result));
    for (const Warning& warning : result.warnings) {
        if (!degrades(warning)) add(detail.full, to_string(warning.code));
    }
    add(detail.full, tls_facts(result, now, look));
    return detail;
}

}  // namespace connprobe::report::table
