#include "engine/probe.hpp"

#include <utility>

#include "net/connect.hpp"
#include "net/tls.hpp"

namespace connprobe::engine {

namespace {

using net::Clock;
using net::phase_limit;

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
        outcome.warnings.push_back(
            {WarningCode::syn_retransmitted, "the first SYN was not answered; the connect time holds its retransmission"});
}

}  // namespace

net::Task<Outcome> probe(Tools tools, const Target& target, bool retry) {
    const auto& settings = *target.settings;
    const auto start = Clock::now();
    Outcome outcome;

    auto peers = known_peers(target);
    if (peers.empty()) {
        const auto limit = phase_limit(start, settings.timeout, start, settings.dns_timeout, "dns_timeout");
        const auto answer = co_await tools.lookups.lookup(target.host, settings.family, retry, limit);
        outcome.latency.resolve = answer->asked;
        outcome.failure = answer->failure;
        if (outcome.failure) co_return outcome;
        peers = peers_of(*answer, target.port);
    }

    auto limit = phase_limit(start, settings.timeout, Clock::now(), settings.connect_timeout, "connect_timeout");
    auto connected = co_await net::connect(tools.loop, peers, limit);
    note(outcome, connected, peers);
    if (outcome.failure) co_return outcome;
    auto& stream = *connected.stream;

    if (settings.tls) {
        limit = phase_limit(start, settings.timeout, Clock::now(), settings.tls_timeout, "tls_timeout");
        net::TlsReport report;
        Duration elapsed{};
        outcome.failure = co_await net::handshake(stream, tools.contexts, target, *settings.tls, limit,
                                                  *outcome.latency.connect, elapsed, report);
        outcome.latency.tls = elapsed;
        outcome.tls = std::make_unique<TlsFacts>(std::move(report.facts));
        std::move(report.warnings.begin(), report.warnings.end(), std::back_inserter(outcome.warnings));
    } else if (connected.closed_at_once) {
        outcome.warnings.push_back({WarningCode::closed_at_once, "the peer closed the connection at once: a proxy "
                                                                 "without a backend does this"});
    }
    stream.close_politely();
    if (!outcome.failure) judge_quality(outcome, settings, std::chrono::system_clock::now());
    co_return outcome;
}

}  // namespace connprobe::engine
