// What the pool of one server decides: who gets which connection, and when one is opened, checked or closed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

#include "connprobe/pool/events.hpp"
#include "connprobe/retry.hpp"
#include "net/time.hpp"

namespace connprobe::pool {

/// Counts upwards: who came first has the smaller one.
using WaiterId = std::uint64_t;

struct Waiter {
    WaiterId id;
    net::TimePoint asked, deadline;
};

/// What is to be done next.
struct Open {
    ConnectionId id;
};
struct Lend {
    ConnectionId id;
    Waiter waiter;
    Duration waited;
};
struct Fail {
    WaiterId waiter;
    Failure failure;
};
struct Validate {
    ConnectionId id;
};
struct Close {
    ConnectionId id;
    CloseReason reason;
};
using Action = std::variant<Open, Lend, Fail, Validate, Close>;

/// What it decides by. Durations of 0: never.
struct Rules {
    std::string name;  ///< of the server
    std::size_t min = 0, max = 1;
    Duration idle_timeout{}, max_lifetime{}, validate_after{}, keepalive{};
    Duration ramp{};         ///< the first `min` are opened evenly over it …
    Duration ramp_offset{};  ///< … from so late on
    RetryPolicy retry;
    std::uint64_t seed = 0;
};

/// Owns no socket and reads no clock: it is told what happened and when, and asked what to do next, until there is
/// nothing to do. Whatever `next` answers counts as done; what came of it is another event.
class Machine {
public:
    Machine(Rules rules, net::TimePoint now);

    void acquire(const Waiter& waiter);
    /// False: that one waits no longer.
    bool cancel(WaiterId waiter);

    void opened(ConnectionId id, net::TimePoint now);
    /// Returns the wait before the next attempt, if there will be one.
    std::optional<Duration> open_failed(ConnectionId id, const Failure& failure, net::TimePoint now);

    void returned(ConnectionId id, net::TimePoint now);   ///< it can be used again
    void given_up(ConnectionId id);                       ///< it came home to be closed, or will not come home
    void validated(ConnectionId id, net::TimePoint now);  ///< it is good
    /// It broke, wherever it was.
    void lost(ConnectionId id, const Failure& failure, net::TimePoint now);
    /// It had broken before it was lent: the waiter still waits.
    void lost_in_lending(const Lend& lend, const Failure& failure, net::TimePoint now);

    /// Nobody is served any more; what comes home is closed.
    void close();

    /// The next thing to do; without `may_open` it is not to open.
    [[nodiscard]] std::optional<Action> next(net::TimePoint now, bool may_open = true);

    /// Would `next` say to open one?
    [[nodiscard]] bool wants_to_open(net::TimePoint now) const { return wanted_open(now) > 0; }

    /// When `next`, which has nothing more to say now, will have something although nothing happens; TimePoint::max() if
    /// never.
    [[nodiscard]] net::TimePoint wake_at(net::TimePoint now) const;

    [[nodiscard]] bool finished() const noexcept { return closing_ && connections_.empty(); }
    [[nodiscard]] PoolMetrics metrics() const;

private:
    enum class State : std::uint8_t { opening, idle, validating, in_use };
    struct Member {
        State state = State::opening;
        bool proven = false;         ///< used or checked
        std::uint32_t round = 0;     ///< of failures, in which its opening began
        std::uint32_t failures = 0;  ///< when it was opened
        net::TimePoint opened{};
        net::TimePoint expires = net::TimePoint::max();
        net::TimePoint idle_until = net::TimePoint::max();
        net::TimePoint good_since = net::TimePoint::min();  ///< used or checked last
        net::TimePoint check_at = net::TimePoint::max();
        std::list<ConnectionId>::iterator place;  ///< in idle_, while it is idle

        [[nodiscard]] net::TimePoint due() const { return std::min({expires, idle_until, check_at}); }
    };
    using Place = std::unordered_map<ConnectionId, Member>::iterator;

    void make_idle(Place place);
    void leave_idle(Place place, State state);
    void remove(Place place);
    void note_short_life(const Member& member, const Failure& failure, net::TimePoint now);
    void note_failure(std::uint32_t round, const Failure& failure, net::TimePoint now);
    [[nodiscard]] net::TimePoint end_of(Duration duration, ConnectionId id, net::TimePoint now) const;

    [[nodiscard]] std::optional<Action> serve(net::TimePoint now);
    [[nodiscard]] std::optional<Action> give_up_waiting(net::TimePoint now);
    [[nodiscard]] Action open();
    [[nodiscard]] std::optional<Action> tend(net::TimePoint now);
    [[nodiscard]] std::optional<Action> wind_up();
    [[nodiscard]] Action validate(Place place);
    [[nodiscard]] Action close_idle(Place place, CloseReason reason);
    [[nodiscard]] Action fail(WaiterId waiter, Failure failure);
    [[nodiscard]] Failure out_of_time(const Waiter& waiter) const;

    [[nodiscard]] std::size_t count(State state) const noexcept { return counts_[static_cast<std::size_t>(state)]; }
    [[nodiscard]] std::size_t on_the_way() const noexcept { return count(State::opening) + count(State::validating); }
    [[nodiscard]] std::size_t wanted_open(net::TimePoint now) const;
    [[nodiscard]] std::size_t least(net::TimePoint now) const;
    [[nodiscard]] net::TimePoint next_of_ramp() const;
    [[nodiscard]] bool backing_off(net::TimePoint now) const { return now < backoff_until_; }

    Rules rules_;
    net::TimePoint began_;
    std::unordered_map<ConnectionId, Member> connections_;
    std::array<std::size_t, 4> counts_{};
    std::list<ConnectionId> idle_;                            ///< the one used or checked last is at the back
    std::set<std::pair<net::TimePoint, ConnectionId>> dues_;  ///< of the idle ones
    std::map<WaiterId, Waiter> waiters_;
    std::set<std::pair<net::TimePoint, WaiterId>> deadlines_;
    ConnectionId last_id_ = 0;

    std::uint32_t failures_ = 0;  ///< rounds of attempts that failed since one succeeded
    std::uint32_t round_ = 0;
    net::TimePoint backoff_until_ = net::TimePoint::min();
    std::optional<Failure> last_failure_;  ///< since an attempt succeeded
    bool stopped_ = false;                 ///< the policy has said so; until somebody asks again
    bool closing_ = false;
    PoolMetrics totals_;  ///< what counts since the beginning
};

}  // namespace connprobe::pool
