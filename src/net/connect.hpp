// The connect phase: from one or several addresses to one connection, or to the failure that says most.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "connprobe/result.hpp"
#include "net/limit.hpp"
#include "net/origin.hpp"
#include "net/peer.hpp"
#include "net/resolve_waiter.hpp"
#include "net/stream.hpp"

namespace connprobe::net {

/// What the connect phase came to. Exactly one of `stream` and `failure` is there.
struct Connected {
    std::optional<Stream> stream;
    std::optional<Failure> failure;
    Peer where;            ///< who was connected to, or whose failure this is
    std::size_t peer = 0;  ///< its index in `fates`
    Duration elapsed{};    ///< from the first SYN to the first connection, or to the last failure, without `asking`
    Duration asking{};     ///< when all had failed, and only late peers were waited for
    Duration waited{};     ///< for the descriptor of this connection
    /// From a SYN until we saw the answer to it, our own lateness included: of the connection, or of a lone refusal.
    std::optional<Duration> seen_after;
    bool exhausted = false;          ///< there was no descriptor for it at first
    bool closed_at_once = false;     ///< the peer had closed or reset it by the time we looked
    bool syn_retransmitted = false;  ///< a SYN was lost: the time holds its time-out
    std::vector<AddressFate> fates;  ///< one for each peer, in the order in which they take their turns
};

struct ConnectOptions {
    Origin origin{};
    Duration address_delay = std::chrono::milliseconds{250};  ///< between the starts of two addresses; 0: all at once
};

/// Peers of a race that are not known when it begins.
class LatePeers {
public:
    LatePeers() = default;
    LatePeers(const LatePeers&) = delete;
    LatePeers& operator=(const LatePeers&) = delete;
    virtual ~LatePeers() = default;

    /// They are wanted now; `waiter` is to be woken when there is news.
    virtual void ask(const std::shared_ptr<Waiter>& waiter) = 0;
    /// None while they are not known. An empty list: there will be none.
    [[nodiscard]] virtual std::optional<std::vector<Peer>> known() = 0;
};

/// Tries the peers in this order, staggered as RFC 8305 §5 has it, until one is connected. A wait that the run's end
/// cuts short is a Failure with code interrupted. A process without descriptors waits until one of its own is free.
/// `options` must stay until it has ended; no default and no copy, for g++ 12 destroys such an argument of a co_await twice.
/// So must `late`, if there is one: it is asked when the first of the peers has failed, or has not answered in time for the
/// second, and what it knows takes turns with those that have not been tried yet.
[[nodiscard]] Task<Connected> connect(Loop& loop, std::span<const Peer> peers, Limit limit,
                                      const ConnectOptions& options, LatePeers* late = nullptr);

/// Which of several failures tells most: an answer before silence, silence before "no way there" (an index). What failed
/// after a connection was made says more than all of these.
[[nodiscard]] std::size_t most_telling(std::span<const AddressFate> fates);

}  // namespace connprobe::net
