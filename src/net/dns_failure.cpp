#include "net/dns_failure.hpp"

#include <cerrno>
#include <string_view>

#include "net/connect_errors.hpp"
#include "net/dns_errors.hpp"

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

bool is_local(int error) { return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS; }

}  // namespace

Failure dns_failure(const std::string& name, const std::vector<std::string>& asked, const DnsReply& reply,
                    const DnsChannel& channel) {
    if (reply.server.empty() && is_local(reply.error))
        return local_failure(name, "no DNS server could be asked", reply.error);
    auto fault = ares_fault(reply.status).value_or(DnsFault{Code::dns_bad_reply, ares_strerror(reply.status)});
    if (reply.code != 0)
        fault.fact = "the DNS server answered with the code " + std::to_string(reply.code) + ", and with no address";
    auto message = '"' + name + '"';
    if (asked.size() > 1) message += " (asked for as " + joined(asked) + ')';
    return make_failure(Phase::resolve, fault.code,
                        message + ": " + with_servers(std::move(fault.fact), reply, channel));
}

Failure local_failure(const std::string& name, const std::string& what, int error) {
    const auto code = error == EMFILE || error == ENFILE ? Code::too_many_open_files : Code::out_of_memory;
    return make_failure(Phase::resolve, code, '"' + name + "\": " + what + ": " + errno_name(error));
}

}  // namespace connprobe::net
