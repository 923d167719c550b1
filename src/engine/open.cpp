#include "engine/open.hpp"

#include <utility>

#include "engine/detour.hpp"
#include "engine/through_proxy.hpp"
#include "net/connect.hpp"
#include "net/proxy_header.hpp"
#include "net/proxy_route.hpp"
#include "net/starttls.hpp"
#include "net/tls.hpp"

namespace connprobe::engine {

namespace {

// Where a target is when no name has to be asked for.
std::vector<net::Peer> known_peers(const Target& target) {
    const auto peer = target.unix_path.empty()
                          ? net::literal_peer(target.address.empty() ? target.host : target.address, target.port)
                          : net::unix_peer(target.unix_path);
    return peer ? std::vector{*peer} : std::vector<net::Peer>{};
}

net::ConnectOptions connect_options(const Settings& settings) {
    return {.origin = {settings.source, settings.interface}, .address_delay = settings.address_delay};
}

// A literal is an answer already; of the other family than the wanted one, it is an answer without an address.
std::optional<Failure> unwanted_family(const std::vector<net::Peer>& peers, const Settings& settings) {
    const auto wanted = wanted_family(settings);
    if (peers.empty() || wanted == AddressFamily::any) return std::nullopt;
    const auto family = peers.front().family();
    const auto right = wanted == AddressFamily::ipv4 ? ConnectedFamily::ipv4 : ConnectedFamily::ipv6;
    if (family == ConnectedFamily::local || family == right) return std::nullopt;
    const std::string name = wanted == AddressFamily::ipv4 ? "IPv4" : "IPv6";
    const bool chosen = settings.family != AddressFamily::any;
    return make_failure(Phase::resolve, Code::no_address,
                        peers.front().address + " is no " + name + " address, and only those are wanted (" +
                            (chosen ? std::string{"family"} : "source " + settings.source) + ')',
                        chosen ? "give an address of that family, or leave out -4, -6 and the key family"
                               : "give a source of the target's family, or the interface instead (--interface)");
}

std::vector<net::Peer> peers_of(const net::Answer& answer, std::uint16_t port) {
    std::vector<net::Peer> peers;
    peers.reserve(answer.addresses.size());
    for (const auto& address : answer.addresses) peers.push_back(net::ip_peer(address, port));
    return peers;
}

// The family that was not waited for (RFC 8305 §3) may be the one that works.
class LateFamily final : public net::LatePeers {
public:
    LateFamily(Lookups& lookups, const Target& target, AddressFamily family, bool fresh)
        : lookups_{lookups}, target_{target}, family_{family}, fresh_{fresh} {}

    void ask(const std::shared_ptr<net::Waiter>& waiter) override {
        pending_.emplace(lookups_, target_.host, family_, fresh_, waiter);
    }
    [[nodiscard]] std::optional<std::vector<net::Peer>> known() override {
        const auto answer = pending_->answer();
        return answer ? std::optional{peers_of(*answer, target_.port)} : std::nullopt;
    }

private:
    Lookups& lookups_;
    const Target& target_;
    const AddressFamily family_;
    const bool fresh_;
    std::optional<PendingName> pending_;
};

void note(Outcome& outcome, net::Connected& connected) {
    const auto& peer = connected.where;
    outcome.address = peer.address;
    outcome.family = peer.family();
    outcome.latency.connect = connected.elapsed;
    if (connected.asking.count() > 0) *outcome.latency.resolve += connected.asking;
    outcome.seen_after = connected.seen_after;
    outcome.exhausted = connected.exhausted;
    outcome.addresses = std::move(connected.fates);
    outcome.failure = std::move(connected.failure);
    if (outcome.failure) return;
    if (connected.peer != 0)
        outcome.warnings.push_back(
            {WarningCode::fallback_address, detour(outcome.addresses, connected.peer, peer.text(), connected.elapsed)});
    if (connected.syn_retransmitted)
        outcome.warnings.push_back({WarningCode::syn_retransmitted,
                                    "the first SYN was not answered; the connect time holds its retransmission"});
    if (connected.closed_at_once)
        outcome.warnings.push_back({WarningCode::closed_at_once,
                                    "the peer closed the connection at once: a proxy without a backend does this"});
}

}  // namespace

net::Limit limit_of(const Settings& settings, net::TimePoint start, const std::optional<Duration>& own,
                    std::string_view key) {
    return net::phase_limit(start, settings.timeout, net::Clock::now(), own, key);
}

AddressFamily wanted_family(const Settings& settings) {
    if (settings.family != AddressFamily::any || settings.source.empty()) return settings.family;
    return settings.source.find(':') == std::string::npos ? AddressFamily::ipv4 : AddressFamily::ipv6;
}

namespace {

// Whether it could be sent is of no interest here: a server that has hung up is found out by whoever speaks next, and one
// that is asked nothing has been connected to.
net::Task<void> introduce(net::Stream& stream, ProxyProtocol version, net::TimePoint start, const Settings& settings) {
    const auto header = net::proxy_header(version, stream.socket().descriptor());
    co_await stream.write_all(header, limit_of(settings, start, std::nullopt, "").at);
}

}  // namespace

net::Task<void> reach(Tools tools, const Target& target, bool fresh, Opened& opened) {
    const auto& settings = *target.settings;
    auto& [outcome, stream, start] = opened;
    auto peers = known_peers(target);
    outcome.failure = unwanted_family(peers, settings);
    if (outcome.failure) co_return;
    std::optional<LateFamily> late;
    if (peers.empty()) {
        const auto answer =
            co_await tools.lookups.lookup(target.host, wanted_family(settings), fresh,
                                          limit_of(settings, start, settings.dns_timeout, "dns_timeout"));
        outcome.latency.resolve = answer->asked;
        outcome.failure = answer->failure;
        if (outcome.failure) co_return;
        peers = peers_of(*answer, target.port);
        if (answer->missing) late.emplace(tools.lookups, target, *answer->missing, fresh);
    }

    const auto connect_limit = limit_of(settings, start, settings.connect_timeout, "connect_timeout");
    const auto options = connect_options(settings);
    auto connected = co_await net::connect(tools.loop, peers, connect_limit, options, late ? &*late : nullptr);
    note(outcome, connected);
    if (outcome.failure) co_return;
    stream = std::move(connected.stream);
    start += connected.waited;
}

net::Task<Opened> open(Tools tools, const Target& target, bool fresh, net::TimePoint began) {
    const auto& settings = *target.settings;
    Opened opened;
    auto& [outcome, stream, start] = opened;
    start = began;

    auto reaching =
        settings.proxy ? reach_through_proxy(tools, target, fresh, opened) : reach(tools, target, fresh, opened);
    co_await std::move(reaching);
    if (outcome.failure) co_return opened;
    if (settings.proxy_protocol) co_await introduce(*stream, *settings.proxy_protocol, start, settings);
    if (settings.tls || settings.check) stream->send_at_once();
    if (!settings.tls) co_return opened;

    net::TlsReport report;
    Duration asking{}, shaking_hands{};
    const auto round_trip = *outcome.latency.connect + outcome.latency.proxy.value_or(Duration{});
    const auto tls_limit = limit_of(settings, start, settings.tls_timeout, "tls_timeout");
    if (settings.starttls) outcome.failure = co_await net::start_tls(*stream, *settings.starttls, tls_limit, asking);
    if (!outcome.failure)
        outcome.failure = co_await net::handshake(*stream, tools.contexts, target, *settings.tls, tls_limit, round_trip,
                                                  shaking_hands, report);
    outcome.latency.tls = asking + shaking_hands;
    outcome.tls = std::make_unique<TlsFacts>(std::move(report.facts));
    std::move(report.warnings.begin(), report.warnings.end(), std::back_inserter(outcome.warnings));
    if (!outcome.failure) co_return opened;
    net::hide_repeated_login(outcome.failure, settings.proxy);
    stream->close_politely();
    stream.reset();
    co_return opened;
}

}  // namespace connprobe::engine
