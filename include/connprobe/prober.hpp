// Probes a list of targets: many at once, each on its own, with retries, and reports as it goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "connprobe/result.hpp"
#include "connprobe/target.hpp"

namespace connprobe {

/// How many servers must be up.
struct Required {
    enum class Kind : std::uint8_t { all, any, count, percent };
    Kind kind = Kind::all;
    double value = 0;  ///< of count and percent

    /// For a list of that many servers; a percentage is rounded up.
    [[nodiscard]] std::size_t of(std::size_t servers) const noexcept;
};

/// Who is asked for the addresses of a name.
struct Resolver {
    enum class Kind : std::uint8_t {
        automatic,  ///< dns where nsswitch.conf names nothing that only the system's resolver can do, else system
        system,     ///< getaddrinfo, as every other program on this machine
        dns,        ///< c-ares: /etc/hosts and the servers of resolv.conf, or `server`
    };
    Kind kind = Kind::automatic;
    std::string server;       ///< dns only: an address literal; empty: resolv.conf
    std::uint16_t port = 53;  ///< of `server`
};

struct ProberOptions {
    /// Attempts in flight at any instant. 0 is adaptive: 64 at first, more while the servers answer as fast as with fewer,
    /// fewer when they do not or when this machine has nothing left; RunInfo::max_concurrent says how far it may go.
    std::size_t max_concurrent = 0;
    std::size_t threads = 0;  ///< 0: one for each 32 servers, at most the processors
    Duration deadline{};      ///< for the whole run; 0: none
    Required required;
    Goal goal;                      ///< of each server; an attempt that does not reach it is followed by another
    bool fail_fast = false;         ///< end as soon as enough can no longer be up
    bool end_when_decided = false;  ///< fail_fast, and end as soon as enough are up; if not, stay until the deadline
    std::uint64_t seed = 0;         ///< of the jitter
    Resolver resolver;
    bool trace = false;  ///< emit Step events
};

struct RunStarted {
    RunInfo run;
};
/// The first attempt of a server begins.
struct Started {
    std::size_t index;
};
/// An attempt failed and another will follow after `wait`.
struct AttemptFailed {
    std::size_t index;
    std::uint32_t attempt;
    Failure failure;
    Duration wait;
};
/// An attempt succeeded and another will follow after `wait`: the goal is more successes running, or a server that is gone.
struct AttemptSucceeded {
    std::size_t index;
    std::uint32_t attempt;
    Duration wait;
};
/// A server has its verdict. Every target gets exactly one.
struct Finished {
    Result result;
};
/// The run is ending early.
struct Stopped {
    RunEnd reason;
};
/// One step of an attempt that is over, for a log; only with ProberOptions::trace. The text may hold what came from the
/// network.
struct Step {
    std::size_t index;
    std::string text;
    bool dialogue = false;  ///< what was said or heard in a check of type tcp
};
/// An adaptive limit of attempts in flight has changed, by a quarter or more since this was last said.
struct LimitChanged {
    std::size_t limit;
    std::string why;  ///< a clause
};
/// Some time has passed: about ten a second while a run goes on, and after every batch of other events.
struct Tick {
    Duration elapsed;
    std::size_t in_flight;
};
using Event =
    std::variant<RunStarted, Started, AttemptFailed, AttemptSucceeded, Finished, Stopped, Step, LimitChanged, Tick>;

/// What a run came to. `errors` is not empty when the input was wrong; then, and with a `fault`, nothing was probed.
struct RunOutcome {
    std::vector<std::string> errors;
    std::string
        fault;  ///< not empty when this machine gave too little to begin with (threads, descriptors): what it said
    RunEnd end = RunEnd::completed;
    Summary summary;
};

/// Runs are independent of each other; an object may be used for several, one at a time.
class Prober {
public:
    /// Probes all targets and blocks until each has its verdict. `on_event` is called on the calling thread only, in the
    /// order in which things happened; what it throws ends the run and is thrown on. `targets` must outlive the results.
    /// A stop request ends the run: attempts in flight are cut and every target still gets its Finished event.
    [[nodiscard]] RunOutcome run(std::span<const Target> targets, const ProberOptions& options,
                                 const std::function<void(Event&&)>& on_event, const std::stop_token& stop = {});
};

}  // namespace connprobe
