// What has become of one server's connections so far: counted from what its pool tells. No I/O, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connprobe/pool/events.hpp"
#include "connprobe/prober.hpp"
#include "engine/job.hpp"
#include "warm/samples.hpp"
#include "warm/steady.hpp"

namespace connprobe::warm {

class Account {
public:
    /// `steady` is the rule where it is asked whether the server settles.
    /// Where nothing is kept, what has been opened once counts as open: the server may have ended it since.
    Account(std::size_t index, const Target& target, const std::optional<SteadyRule>& steady, bool keeps = true);

    /// An attempt to open a connection is over; it began at `started`, counted from the run's start. With `settling` the
    /// opening of what was asked for goes on, and the attempt belongs to the history.
    void tried(const engine::Outcome& outcome, Duration started, Duration elapsed, bool settling);

    /// Hears of everything that happens in the pool.
    void hear(const PoolEvent& event);

    /// A request over an open connection was answered.
    void answered(Duration latency);
    /// A request of ours failed, and its connection with it.
    void unanswered(const Failure& failure);

    [[nodiscard]] std::size_t index() const noexcept { return result_.index; }
    [[nodiscard]] std::size_t asked() const noexcept { return connections_.asked; }
    [[nodiscard]] std::size_t open() const noexcept { return open_; }
    [[nodiscard]] bool all_open() const noexcept { return open_ >= connections_.asked; }
    [[nodiscard]] std::size_t lost() const noexcept { return connections_.lost; }
    [[nodiscard]] std::size_t reopened() const noexcept { return connections_.reopened; }
    /// What it last failed with.
    [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }
    /// The last attempt to open one failed, and its policy allows no other.
    [[nodiscard]] bool given_up() const noexcept { return given_up_; }
    [[nodiscard]] const Steadiness* steadiness() const noexcept { return steadiness_ ? &*steadiness_ : nullptr; }
    [[nodiscard]] const Target& target() const noexcept { return *result_.target; }

    /// The verdict on the connections as they are now. `cut` says why a server without an attempt has none, `bytes_each`
    /// is what goes into its Connections.
    [[nodiscard]] Result conclude(Duration now, std::optional<StoppedBy> stopped_by, std::optional<Failure> cut,
                                  std::size_t bytes_each);

private:
    void opened(const ConnectionOpened& opened);
    void failed(const OpenFailed& failed);
    void broke(const Failure& failure);
    void lose();
    void closed(CloseReason reason);
    void request(Duration latency);

    Result result_;
    Connections connections_;
    Samples rest_, all_;
    std::optional<Duration> first_;
    std::optional<Steadiness> steadiness_;
    std::optional<Failure> failure_;
    std::size_t open_ = 0;
    std::size_t unreplaced_ = 0;  ///< lost, and none is in their place yet
    std::size_t unrenewed_ = 0;   ///< closed for their age; they count as open until it is known what follows them
    bool given_up_ = false, failed_in_hold_ = false;
    bool keeps_;
};

}  // namespace connprobe::warm
