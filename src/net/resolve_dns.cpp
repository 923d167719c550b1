#include "net/resolve_dns.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "net/dns_errors.hpp"
#include "net/dns_failure.hpp"
#include "net/resolve_name.hpp"

namespace connprobe::net {

namespace {

using namespace std::chrono_literals;

constexpr auto resolution_delay = 50ms;  // RFC 8305 §3

/// The two questions about one name; the one that is not asked stays out of it.
struct Halves {
    struct Half {
        AddressFamily family;
        bool asked = false;
        std::optional<DnsReply> reply{};
        [[nodiscard]] bool open() const { return asked && !reply; }
    };
    std::array<Half, 2> both{Half{AddressFamily::ipv6}, Half{AddressFamily::ipv4}};

    [[nodiscard]] bool open() const { return both[0].open() || both[1].open(); }
    /// For a place, before the first of the two was asked.
    [[nodiscard]] Duration waited() const {
        auto least = Duration::max();
        for (const auto& half : both)
            if (half.reply) least = std::min(least, half.reply->waited);
        return least;
    }
    [[nodiscard]] bool any(int status) const {
        for (const auto& half : both)
            if (half.reply && half.reply->status == status) return true;
        return false;
    }
};

std::shared_ptr<Halves> ask_both(DnsChannel& channel, const std::string& name, AddressFamily family,
                                 const std::shared_ptr<Waiter>& waiter) {
    auto halves = std::make_shared<Halves>();
    for (auto& half : halves->both) half.asked = family == AddressFamily::any || family == half.family;
    for (auto& half : halves->both) {
        if (!half.asked) continue;
        const auto type = half.family == AddressFamily::ipv6 ? RecordType::aaaa : RecordType::a;
        channel.ask(name, type, halves, [&half, waiter](DnsReply&& reply) {
            half.reply = std::move(reply);
            waiter->signal.notify();
        });
    }
    return halves;
}

/// False when the run ends or nobody wants to know any more.
Task<bool> both_answered(const Halves& halves, Waiter& waiter, const std::atomic<bool>& unwanted) {
    auto until = TimePoint::max();
    while (halves.open()) {  // also after an NXDOMAIN: some servers say so of AAAA where A is there (RFC 4074 §4.2)
        if (halves.any(ARES_SUCCESS) && until == TimePoint::max()) until = Clock::now() + resolution_delay;
        const auto waited = co_await waiter.signal.wait(until);
        if (waited == Waited::cancelled || unwanted) co_return false;
        if (waited == Waited::expired) break;
    }
    co_return true;
}

Answer found(const Halves& halves, Duration waited) {
    Answer answer;
    answer.waited = waited;
    for (const auto& half : halves.both) {
        if (half.open()) answer.missing = half.family;
        if (half.reply)
            answer.addresses.insert(answer.addresses.end(), half.reply->addresses.begin(), half.reply->addresses.end());
    }
    return answer;
}

/// The higher, the less is known about the name: NXDOMAIN is the clearest answer, silence the least.
int doubt(int status) {
    switch (status) {
        case ARES_ENOTFOUND: return 0;
        case ARES_ENODATA: return 1;
        case ARES_ESERVFAIL: return 2;
        default: return 3;
    }
}

const DnsReply& worst_of(const Halves& halves) {
    const DnsReply* worst = nullptr;
    for (const auto& half : halves.both)
        if (half.reply && (worst == nullptr || doubt(half.reply->status) > doubt(worst->status))) worst = &*half.reply;
    return *worst;
}

Answer failed(Failure failure) {
    Answer answer;
    answer.failure = std::move(failure);
    return answer;
}

/// The hosts file's answer, if it has one.
std::optional<Answer> from_hosts(HostsFile& hosts, const std::string& name, AddressFamily family) {
    auto known = hosts.find(name);
    if (known.error != 0) return failed(local_failure(name, "/etc/hosts cannot be read", known.error));
    if (known.addresses.empty()) return {};
    Answer answer;
    answer.addresses = of_family(known.addresses, family);
    if (answer.addresses.empty())
        answer.failure = make_failure(Phase::resolve, Code::no_address,
                                      '"' + name + "\": /etc/hosts has the name, but no address of this family");
    return answer;
}

}  // namespace

Task<std::optional<Answer>> resolve_by_dns(DnsTools& tools, std::string name, AddressFamily family,
                                           std::shared_ptr<Waiter> waiter, const std::atomic<bool>& unwanted) {
    if (auto answer = from_hosts(tools.hosts, name, family)) co_return answer;
    const auto channel = tools.channel;
    const OpenQuestions open{tools};
    if (!channel->usable()) co_return failed(dns_failure(name, {}, channel->why_not(), *channel));
    const auto candidates = search_candidates(name, channel->search(), channel->ndots());
    std::optional<DnsReply> worst;
    Duration waited{};
    for (const auto& candidate : candidates) {
        const auto halves = ask_both(*channel, candidate, family, waiter);
        if (!co_await both_answered(*halves, *waiter, unwanted)) co_return std::nullopt;
        waited += halves->waited();
        if (halves->any(ARES_SUCCESS)) co_return found(*halves, waited);
        const auto& reply = worst_of(*halves);
        if (!worst || doubt(reply.status) > doubt(worst->status)) worst = reply;
        if (doubt(reply.status) > doubt(ARES_ESERVFAIL)) break;
    }
    auto answer = failed(dns_failure(name, candidates, *worst, *channel));
    answer.waited = waited;
    co_return answer;
}

}  // namespace connprobe::net
