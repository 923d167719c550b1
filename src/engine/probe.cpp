#include "engine/probe.hpp"

#include <utility>

#include "net/connect.hpp"
#include "net/tls.hpp"

namespace connprobe::engine {

namespace {

using net::Clock;

// Where a target is when no name has to be asked for.
std::vector<net::Peer> known_peers(const Target& target) {
    const auto peer = target.unix_path.empty()
                          ? net::literal_peer(target.address.empty() ? target.host : target.address, target.port)
                          : net::unix_peer(target.unix_path);
    return peer ? std::vector{*peer} : std::vector<net::Peer>{};
}

std::vector<net::Peer> peers_of(const net::Answer& answer, std::uint16_t port) {
    std::vector<net::Peer> peers;
    for (const auto& address : answer.addresses) peers.push_back(net::ip_peer(address, port));
    return peers;
}

// What the addresses that were not waited for came to is added to what the others came to.
void add_late(net::Connected& connected, net::Connected&& late, std::size_t peers_before) {
    const auto before = connected.elapsed;
    auto fates = std::move(connected.fates);
    std::move(late.fates.begin(), late.fates.end(), std::back_inserter(fates));
    if (late.stream || net::most_telling(fates) >= peers_before) {
        connected = std::move(late);
        connected.peer += peers_before;
        connected.elapsed += before;
    } else {
        connected.elapsed += late.elapsed;
    }
    connected.fates = std::move(fates);
}

void note(Outcome& outcome, net::Connected& connected, const std::vector<net::Peer>& peers) {
    const auto& peer = peers[connected.peer];
    outcome.address = peer.address;
    outcome.family = peer.family();
    outcome.latency.connect = connected.elapsed;
    outcome.addresses = std::move(connected.fates);
    outcome.failure = std::move(connected.failure);
    if (outcome.failure) return;
    if (connected.peer != 0)
        outcome.warnings.push_back({WarningCode::fallback_address, "connected to " + peer.text() + " after " +
                                                                       peers.front().text() + " had not answered"});
    if (connected.syn_retransmitted)
        outcome.warnings.push_back({WarningCode::syn_retransmitted, "the first SYN was not answered; the connect time holds "
                                                                    "its retransmission"});
    if (connected.closed_at_once)
        outcome.warnings.push_back({WarningCode::closed_at_once,
                                    "the peer closed the connection at once: a proxy without a backend does this"});
}

}  // namespace

net::Task<Outcome> probe(Tools tools, const Target& target, bool retry) {
    const auto& settings = *target.settings;
    const auto start = Clock::now();
    const auto limit = [&](const std::optional<Duration>& own, std::string_view key) {
        return net::phase_limit(start, settings.timeout, Clock::now(), own, key);
    };
    Outcome outcome;

    auto peers = known_peers(target);
    std::optional<AddressFamily> missing;
    if (peers.empty()) {
        const auto answer =
            co_await tools.lookups.lookup(target.host, settings.family, retry, limit(settings.dns_timeout, "dns_timeout"));
        outcome.latency.resolve = answer->asked;
        outcome.failure = answer->failure;
        if (outcome.failure) co_return outcome;
        peers = peers_of(*answer, target.port);
        missing = answer->missing;
    }

    const auto connect_limit = limit(settings.connect_timeout, "connect_timeout");
    auto connected = co_await net::connect(tools.loop, peers, connect_limit);
    if (connected.failure && missing && !was_cut(*connected.failure)) {
        const auto answer = co_await tools.lookups.lookup(target.host, *missing, retry, connect_limit);
        const auto late = peers_of(*answer, target.port);
        if (!late.empty()) add_late(connected, co_await net::connect(tools.loop, late, connect_limit), peers.size());
        peers.insert(peers.end(), late.begin(), late.end());
    }
    note(outcome, connected, peers);
    if (outcome.failure) co_return outcome;
    auto& stream = *connected.stream;

    if (settings.tls) {
        net::TlsReport report;
        Duration elapsed{};
        outcome.failure = co_await net::handshake(stream, tools.contexts, target, *settings.tls,
                                                  limit(settings.tls_timeout, "tls_timeout"), *outcome.latency.connect,
                                                  elapsed, report);
        outcome.latency.tls = elapsed;
        outcome.tls = std::make_unique<TlsFacts>(std::move(report.facts));
        std::move(report.warnings.begin(), report.warnings.end(), std::back_inserter(outcome.warnings));
    }
    stream.close_politely();
    if (!outcome.failure) judge_quality(outcome, settings, std::chrono::system_clock::now());
    co_return outcome;
}

}  // namespace connprobe::engine
