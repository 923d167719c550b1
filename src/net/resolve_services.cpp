#include "net/resolve_services.hpp"

#include <memory>
#include <utility>

#include "model/readable.hpp"
#include "model/text.hpp"
#include "net/dns_failure.hpp"
#include "net/resolve_name.hpp"
#include "net/signal.hpp"

namespace connprobe::net {

namespace {

/// One question; who asked may be gone before the answer comes.
struct Question {
    explicit Question(Loop& loop) : answered{loop} {}
    Signal answered;
    std::optional<DnsReply> reply;
};

ServiceAnswer no_services(Failure failure) {
    ServiceAnswer answer;
    answer.failure = std::move(failure);
    return answer;
}

Failure cut(const std::string& name, Waited waited, const DnsChannel& channel, const Limit& limit) {
    if (waited == Waited::cancelled)
        return make_failure(Phase::resolve, Code::interrupted, "the run ended before \"" + name + "\" was resolved");
    if (auto refused = refused_before_silence(name, {RecordType::srv}, channel, limit)) return std::move(*refused);
    return make_failure(Phase::resolve, Code::dns_timeout,
                        '"' + name + "\": no answer from the DNS (" + channel.servers() + ") within " +
                            readable(limit.length) + " (" + std::string{limit.name} + ')');
}

// The address table's words say what a name without addresses is; here it is one without records.
ServiceAnswer without_records(const std::string& name, const std::vector<std::string>& asked, const DnsReply& reply,
                              const DnsChannel& channel) {
    auto failure = dns_failure(name, asked, reply, channel);
    if (failure.code == Code::no_address) {
        failure.message = '"' + name + "\": the name exists, but has no SRV record (" +
                          (reply.server.empty() ? channel.servers() : reply.server) + ')';
        failure.hint =
            "ask whoever runs the domain which service and protocol its record is for (_SERVICE._PROTOCOL.DOMAIN)";
    }
    return no_services(std::move(failure));
}

/// One name of the search list; none when the time ran out or the run ended.
Task<std::pair<std::optional<DnsReply>, Waited>> ask(std::shared_ptr<DnsChannel> channel, Loop& loop, std::string name,
                                                     TimePoint until) {
    const auto question = std::make_shared<Question>(loop);
    channel->ask(name, RecordType::srv, question, [&asked = *question](DnsReply&& reply) {
        asked.reply = std::move(reply);
        asked.answered.notify();
    });
    const auto waited = question->reply ? Waited::ready : co_await question->answered.wait(until);
    co_return std::pair{std::move(question->reply), waited};
}

Task<ServiceAnswer> ask_all(DnsTools& tools, Loop& loop, const std::string& name, const Limit& limit) {
    if (auto bad = reject_name(name)) co_return no_services(std::move(*bad));
    const auto channel = tools.channel;
    if (!channel->usable()) co_return no_services(dns_failure(name, {}, channel->why_not(), *channel));
    const OpenQuestions open{tools};
    const auto candidates = search_candidates(lower_case(name), channel->search(), channel->ndots());
    std::optional<DnsReply> worst;
    for (const auto& candidate : candidates) {
        auto [reply, waited] = co_await ask(channel, loop, candidate, limit.at);
        if (!reply) co_return no_services(cut(name, waited, *channel, limit));
        if (reply->status == ARES_SUCCESS) {
            ServiceAnswer answer;
            answer.failure = reject_services(name, reply->services);
            answer.services = in_order(std::move(reply->services));
            co_return answer;
        }
        const bool ends_search = reply->status != ARES_ENOTFOUND && reply->status != ARES_ENODATA;
        if (!worst || reply->status == ARES_ENODATA || ends_search) worst = std::move(reply);
        if (ends_search) break;
    }
    co_return without_records(name, candidates, *worst, *channel);
}

}  // namespace

Task<ServiceAnswer> resolve_services(DnsTools& tools, Loop& loop, std::string name, Limit limit) {
    const auto began = Clock::now();
    auto answer = co_await ask_all(tools, loop, name, limit);
    answer.asked = std::chrono::duration_cast<Duration>(Clock::now() - began);
    co_return answer;
}

}  // namespace connprobe::net
