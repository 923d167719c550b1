#include "engine/through_proxy.hpp"

#include <string>
#include <utility>
#include <vector>

#include "net/peer.hpp"
#include "net/proxy.hpp"

namespace connprobe::engine {

namespace {

Target itself(const Proxy& proxy, const Target& target) {
    Target hop;
    hop.name = target.name;
    hop.host = proxy.host;
    hop.port = proxy.port;
    hop.settings = target.settings;
    return hop;
}

bool is_asked_for_here(const Target& target) {
    return target.settings->proxy->type == ProxyType::socks5 && target.address.empty() &&
           !net::literal_peer(target.host, target.port);
}

// What the proxy is asked to connect to, the best first.
net::Task<std::vector<std::string>> destinations(Tools tools, const Target& target, bool fresh, Opened& opened) {
    std::vector<std::string> hosts;
    if (!is_asked_for_here(target)) {
        hosts.push_back(target.address.empty() ? target.host : target.address);
        co_return hosts;
    }
    const auto& settings = *target.settings;
    const auto answer = co_await tools.lookups.lookup(
        target.host, settings.family, fresh, limit_of(settings, opened.start, settings.dns_timeout, "dns_timeout"));
    opened.outcome.latency.resolve = answer->asked;
    opened.outcome.failure = answer->failure;
    for (const auto& address : answer->addresses) hosts.push_back(address.to_string());
    co_return hosts;
}

// Connects to the proxy; what goes wrong there is the proxy's.
net::Task<void> reach_proxy(Tools tools, const Target& hop, bool fresh, Opened& opened) {
    const auto asked = opened.outcome.latency.resolve;
    co_await reach(tools, hop, fresh, opened);
    auto& [outcome, stream, start] = opened;
    if (asked) outcome.latency.resolve = *asked + outcome.latency.resolve.value_or(Duration{});
    if (outcome.failure) net::blame_proxy(*outcome.failure, "the proxy cannot be reached: ");
}

// Is it about this one address of the target?
bool may_another_do(const Failure& failure) {
    const auto given = failure.failure_class;
    return failure.phase == Phase::proxy && failure.code != Code::proxy_timeout &&
           (given == FailureClass::network || given == FailureClass::timeout || failure.code == Code::proxy_denied);
}

// There are proxies that give the go-ahead before they have reached the target, and hang up when they cannot.
void note_end(Opened& opened) {
    net::Transfer seen;
    if (opened.stream->try_peek(seen) != net::Need::nothing || seen.end == net::Transfer::End::moved) return;
    opened.outcome.warnings.push_back(
        {WarningCode::closed_at_once, "the connection ended as soon as the proxy had given the go-ahead"});
}

void hang_up(Opened& opened) {
    opened.stream->close_politely();
    opened.stream.reset();
}

}  // namespace

net::Task<void> reach_through_proxy(Tools tools, const Target& target, bool fresh, Opened& opened) {
    const auto& settings = *target.settings;
    auto& [outcome, stream, start] = opened;
    const auto hosts = co_await destinations(tools, target, fresh, opened);
    if (outcome.failure) co_return;
    const auto hop = itself(*settings.proxy, target);
    co_await reach_proxy(tools, hop, fresh, opened);
    if (outcome.failure) co_return;

    const auto began = net::Clock::now();
    const auto limit = limit_of(settings, start, settings.proxy_timeout, "proxy_timeout");
    for (std::size_t next = 0;;) {
        net::Route route{*settings.proxy, hosts[next], target.port};
        outcome.failure =
            co_await net::pass_proxy(*stream, tools.contexts, std::move(route), limit, *outcome.latency.connect);
        outcome.latency.proxy = std::chrono::duration_cast<Duration>(net::Clock::now() - began);
        if (!outcome.failure) co_return note_end(opened);
        hang_up(opened);
        if (++next == hosts.size() || !may_another_do(*outcome.failure)) co_return;
        Opened again;
        again.start = start;
        co_await reach_proxy(tools, hop, false, again);
        if (again.outcome.failure) co_return;
        stream = std::move(again.stream);
    }
}

}  // namespace connprobe::engine
