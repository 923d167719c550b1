#include "net/dns_failure.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "model/readable.hpp"
#include "model/text.hpp"
#include "net/connect_errors.hpp"
#include "net/dns_errors.hpp"
#include "net/resolve_name.hpp"

namespace connprobe::net {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// Puts the server's address after the words that stand for it, or else the servers' in brackets at the end.
std::string with_servers(std::string fact, const DnsReply& reply, const DnsChannel& channel) {
    constexpr std::string_view words = "the DNS server";
    const auto place = fact.find(words);
    if (!reply.server.empty() && place != std::string::npos && fact.substr(place + words.size()).starts_with(' '))
        return fact.insert(place + words.size(), ' ' + reply.server);
    const auto& who = reply.server.empty() ? channel.servers() : reply.server;
    if (who.empty()) return fact;
    const auto why = reply.server.empty() && reply.error != 0 ? ": " + errno_name(reply.error) : "";
    return fact + " (" + who + why + ')';
}

/// The servers that are not among those who refused, with commas.
std::string silent(const std::string& servers, const std::vector<DnsRefusals::Refusal>& refusals) {
    constexpr std::string_view comma = ", ";
    std::string text;
    for (std::string_view left = servers; !left.empty();) {
        const auto server = left.substr(0, left.find(comma));
        left.remove_prefix(std::min(left.size(), server.size() + comma.size()));
        const bool spoke = std::ranges::any_of(refusals, [&](const auto& one) { return one.server == server; });
        if (!spoke) text.append(text.empty() ? "" : comma).append(server);
    }
    return text;
}

bool is_local(int error) { return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS; }

}  // namespace

Failure dns_failure(const std::string& name, const std::vector<std::string>& asked, const DnsReply& reply,
                    const DnsChannel& channel) {
    if (reply.server.empty() && is_local(reply.error))
        return local_failure(name, "no DNS server could be asked", reply.error);
    auto fault = ares_fault(reply.status).value_or(DnsFault{Code::dns_bad_reply, ares_strerror(reply.status)});
    if (reply.code != 0) fault.fact = "the DNS server answered with the error code " + std::to_string(reply.code);
    auto message = '"' + name + '"';
    if (asked.size() > 1) message += " (asked for as " + joined(asked) + ')';
    return make_failure(Phase::resolve, fault.code,
                        message + ": " + with_servers(std::move(fault.fact), reply, channel));
}

std::optional<Failure> refused_before_silence(const std::string& name, std::initializer_list<RecordType> types,
                                              const DnsChannel& channel, const Limit& limit) {
    std::vector<DnsRefusals::Refusal> refusals;
    for (const auto& candidate : search_candidates(lower_case(name), channel.search(), channel.ndots())) {
        for (const auto type : types) {
            const auto more = channel.refused(candidate, type);
            refusals.insert(refusals.end(), more.begin(), more.end());
        }
    }
    if (refusals.empty()) return std::nullopt;
    const auto& last = refusals.back();
    auto failure = dns_failure(name, {}, {last.status, {}, last.server, 0, {}, 0}, channel);
    const auto others = silent(channel.servers(), refusals);
    failure.message += "; no answer " + (others.empty() ? "to the other question about it" : "from " + others) +
                       " within " + readable(limit.length) + " (" + std::string{limit.name} + ')';
    return failure;
}

Failure local_failure(const std::string& name, const std::string& what, int error) {
    const auto code = error == EMFILE || error == ENFILE ? Code::too_many_open_files : Code::out_of_memory;
    return make_failure(Phase::resolve, code, '"' + name + "\": " + what + ": " + errno_name(error));
}

}  // namespace connprobe::net
