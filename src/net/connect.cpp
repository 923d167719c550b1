#include "net/connect.hpp"

#include <algorithm>
#include <list>
#include <memory>
#include <utility>

#include "net/connect_one.hpp"
#include "net/race.hpp"
#include "net/signal.hpp"
#include "net/spawn.hpp"

namespace connprobe::net {

namespace {

AddressFate fate_of(const Peer& peer, const Trial* trial) {
    AddressFate fate{peer.address, peer.family(), {}, {}, trial != nullptr};
    if (trial == nullptr) return fate;
    fate.error = trial->failure;
    if (trial->connected) fate.connect = trial->elapsed;
    return fate;
}

void take_winner(Connected& connected, Trial& trial, Duration head_start) {
    connected.elapsed = head_start + trial.elapsed;
    connected.waited = trial.waited;
    connected.exhausted = trial.exhausted;
    connected.seen_after = trial.seen_after;
    connected.closed_at_once = trial.closed_at_once;
    connected.syn_retransmitted = trial.syn_retransmitted;
    connected.stream.emplace(std::move(trial.socket));
}

void give_up(Trial& trial) {
    trial.unwanted = true;
    trial.socket.close_politely();  // it may have connected in the same moment
}

// The trials of one race. It is shared with them, for the losers end after the race is over.
struct Runners {
    Runners(Loop& loop, std::span<const Peer> all, const ConnectOptions& options)
        : peers{all.begin(), all.end()},
          origin{options.origin},
          race{all.size(), options.address_delay},
          moved{std::make_shared<Waiter>(loop)} {}

    // They take turns with those that have not begun.
    void let_in(std::vector<Peer> more) {
        race.join(more.size());
        auto place = trials.size();
        for (auto& peer : more) {
            peers.insert(peers.begin() + static_cast<std::ptrdiff_t>(std::min(place, peers.size())), std::move(peer));
            place += 2;
        }
    }

    std::vector<Peer> peers;
    Origin origin;
    Race race;
    std::shared_ptr<Waiter> moved;
    std::list<Trial> trials;  // in the order of the peers; a list, for a running trial must not move
    std::optional<std::size_t> winner;
    Duration asking{};
    bool over = false;
};

Task<void> run(std::shared_ptr<Runners> runners, Trial& trial, std::size_t peer, Limit limit) {
    const auto who = runners->peers[peer];  // others may be put in behind it, and move it
    co_await connect_one(trial, who, runners->origin, limit);
    if (runners->over) co_return;
    if (trial.failure)
        runners->race.failed(Clock::now());
    else if (!runners->winner)
        runners->winner = peer;
    runners->moved->signal.notify();
}

Connected finish(Runners& runners, TimePoint began) {
    runners.over = true;
    Connected connected;
    connected.asking = runners.asking;
    const auto since_first_syn = [&](TimePoint at) {
        return std::chrono::duration_cast<Duration>(at - began) - runners.asking;
    };
    std::size_t peer = 0;
    for (auto& trial : runners.trials) connected.fates.push_back(fate_of(runners.peers[peer++], &trial));
    for (; peer < runners.peers.size(); ++peer) connected.fates.push_back(fate_of(runners.peers[peer], nullptr));
    peer = 0;
    for (auto& trial : runners.trials) {
        if (peer++ == runners.winner)
            take_winner(connected, trial, since_first_syn(trial.started));
        else
            give_up(trial);
    }
    connected.peer = runners.winner.value_or(most_telling(connected.fates));
    connected.where = runners.peers[connected.peer];
    if (connected.stream) return connected;
    connected.failure = connected.fates[connected.peer].error;
    connected.elapsed = since_first_syn(Clock::now());
    return connected;
}

Connected cut_short(Runners& runners) {
    runners.over = true;
    Connected cut;
    cut.where = runners.peers.front();
    cut.failure = make_failure(Phase::connect, Code::interrupted, "the attempt was cut short");
    return cut;
}

// The late ones are asked for when another address would be due: most connections do not need them.
class Latecomers {
public:
    explicit Latecomers(LatePeers* source) : source_{source} {}

    [[nodiscard]] bool expected() const { return source_ != nullptr; }

    void look(Runners& runners) {
        if (!expected() || (!asked_ && Clock::now() < runners.race.next_due())) return;
        if (!std::exchange(asked_, true)) source_->ask(runners.moved);
        auto known = source_->known();
        if (!known) return;
        source_ = nullptr;
        runners.let_in(std::move(*known));
    }

    /// Without having been woken.
    [[nodiscard]] TimePoint next_look(const Race& race) const {
        return expected() && !asked_ ? race.next_due() : TimePoint::max();
    }

private:
    LatePeers* source_;
    bool asked_ = false;
};

Task<Connected> connect_any(Loop& loop, std::span<const Peer> peers, Limit limit, const ConnectOptions& options,
                            LatePeers* late) {
    const auto runners = std::make_shared<Runners>(loop, peers, options);
    const auto began = Clock::now();
    Latecomers latecomers{late};
    while (!runners->winner) {
        if (!runners->trials.empty()) latecomers.look(*runners);
        if (runners->race.lost() && !latecomers.expected()) break;
        // The first is tried in any case: a limit that is over already is its time-out.
        const bool in_time = runners->trials.empty() || Clock::now() < limit.at;
        if (!in_time && !runners->race.running()) break;
        if (const auto peer = in_time ? runners->race.start(Clock::now()) : std::nullopt) {
            auto& trial = runners->trials.emplace_back(loop);
            spawn(loop, run(runners, trial, *peer, limit));
            continue;
        }
        // What is running ends by itself at the limit and says so.
        const auto next = in_time
                              ? std::min({runners->race.next_start(), latecomers.next_look(runners->race), limit.at})
                              : TimePoint::max();
        const bool only_asking = !runners->race.running();
        const auto waits = Clock::now();
        if (co_await runners->moved->signal.wait(next) == Waited::cancelled) co_return cut_short(*runners);
        if (only_asking) runners->asking += std::chrono::duration_cast<Duration>(Clock::now() - waits);
    }
    co_return finish(*runners, began);
}

}  // namespace

Task<Connected> connect(Loop& loop, std::span<const Peer> peers, Limit limit, const ConnectOptions& options,
                        LatePeers* late) {
    if (peers.size() > 1 || late != nullptr) co_return co_await connect_any(loop, peers, limit, options, late);
    Trial trial{loop};
    co_await connect_one(trial, peers.front(), options.origin, limit);
    Connected connected;
    connected.where = peers.front();
    connected.fates.push_back(fate_of(peers.front(), &trial));
    connected.failure = trial.failure;
    connected.elapsed = trial.elapsed;
    connected.exhausted = trial.exhausted;
    if (trial.failure && trial.failure->code == Code::connection_refused) connected.seen_after = trial.seen_after;
    if (!trial.failure) take_winner(connected, trial, Duration{});
    co_return connected;
}

std::size_t most_telling(std::span<const AddressFate> fates) {
    const auto rank = [](const AddressFate& fate) {
        if (!fate.error) return 0;
        if (fate.error->phase > Phase::connect) return 5;
        switch (fate.error->code) {
            case Code::connection_refused:
            case Code::connection_reset:
            case Code::admin_prohibited: return 4;
            case Code::connect_timeout: return 3;
            case Code::host_unreachable: return 2;
            default: return 1;
        }
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < fates.size(); ++i)
        if (rank(fates[i]) > rank(fates[best])) best = i;
    return best;
}

}  // namespace connprobe::net
