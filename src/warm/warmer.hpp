// Opens connections to many servers, as many as each is to have, and keeps them warm.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "connprobe/prober.hpp"
#include "warm/steady.hpp"

namespace connprobe::warm {

struct Options {
    std::size_t max_concurrent = 0;  ///< connections being opened at the same time; 0: all at once
    bool adaptive = false;           ///< instead: as many as the servers take without becoming slow
    Duration deadline{};             ///< of the opening; 0: none
    Duration ramp{};                 ///< the opening is spread evenly over it; 0: at once
    /// While held, each is checked so often, or, where the check spends it, replaced by one that is checked; 0: never.
    Duration keepalive{};
    Duration max_lifetime{};  ///< one that is older is replaced; 0: never
    bool hold = false;        ///< keep them open after the opening …
    Duration hold_for{};      ///< … for so long; 0: until told to end
    bool release = false;     ///< hand the descriptors over when all are open: nothing is checked or reopened
    std::optional<SteadyRule> until_steady{};  ///< go on with requests until the latency has settled
    Required required{};
    std::uint64_t seed = 0;
    Resolver resolver{};
};

/// A server has all its connections, or no more of them can be had now.
struct ServerOpened {
    std::size_t index;
    std::size_t open, asked;
};
/// Those that follow only while connections are held.
struct Lost {
    std::size_t index;
    Failure failure;
    std::size_t open;  ///< that are left
};
struct Reopened {
    std::size_t index;
    std::size_t open;
};
struct ReopenFailed {
    std::size_t index;
    Failure failure;
};
/// A plain connection that was taken out of its pool.
struct Released {
    std::size_t index;  ///< of its server
    int descriptor;     ///< the listener's from now on
};
/// Enough servers have their connections: from here on they are held.
struct Ready {
    std::size_t open, asked;         ///< connections, over all servers
    std::vector<Released> released;  ///< with Options::release, in the order of the servers
};
using Event =
    std::variant<RunStarted, ServerOpened, Lost, Reopened, ReopenFailed, Ready, LimitChanged, Finished, Stopped, Tick>;

struct Outcome {
    std::vector<std::string> errors;  ///< not empty when the input was wrong; then nothing was opened
    RunEnd end = RunEnd::completed;   ///< how the opening ended
    bool ready = false;               ///< enough servers had their connections
    std::string sessions;             ///< the TLS sessions that may be resumed later, as text; secret
    Summary summary;
};

class Run;

class Warmer {
public:
    using Listener = std::function<void(Event&&)>;

    /// All are looked at until `run` has returned. `sessions` is what an earlier run has given, or empty.
    Warmer(std::span<const Target> targets, const Options& options, Listener on_event);
    ~Warmer();
    Warmer(const Warmer&) = delete;
    Warmer& operator=(const Warmer&) = delete;

    /// TLS sessions of an earlier run. Returns what is wrong with the text; empty if nothing is.
    [[nodiscard]] std::string resume(std::string_view sessions);

    /// Opens, and while there is reason to, holds. Blocks; the listener is called on this thread. A stop request ends it:
    /// before it is ready that cuts the opening, afterwards it is the normal end.
    [[nodiscard]] Outcome run(const std::stop_token& stop);

private:
    std::unique_ptr<Run> run_;
};

}  // namespace connprobe::warm
