// What was found out about one server, and about all of them together.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/check.hpp"
#include "connprobe/failure.hpp"
#include "connprobe/retry.hpp"
#include "connprobe/target.hpp"

namespace connprobe {

/// The verdict on one server.
enum class Status : std::uint8_t {
    up,
    degraded,  ///< up, with a warning that says why
    down,      ///< a completed attempt failed
    unknown,  ///< no attempt was completed: the run ended first, or this machine could not; or, where the goal is a server
              ///< that is gone, its name could not be resolved
};

/// What is wanted of each server.
struct Goal {
    enum class State : std::uint8_t {
        up,
        gone,  ///< nothing accepts connections there any more
    };
    State state = State::up;
    std::uint32_t consecutive = 1;  ///< so many attempts running must find it so
};

/// Why a server that has not reached its goal got no further attempt.
enum class StoppedBy : std::uint8_t { attempts, rule, deadline, signal, fail_fast, enough };

/// Of the address that was connected to, or tried last.
enum class ConnectedFamily : std::uint8_t { ipv4, ipv6, local };

[[nodiscard]] std::string_view to_string(Status status) noexcept;
[[nodiscard]] std::string_view to_string(StoppedBy stopped_by) noexcept;
[[nodiscard]] std::string_view to_string(ConnectedFamily family) noexcept;  ///< local is "unix"

/// Time spent in each phase of one attempt, waiting for a place, backoff and closing left out; none where the phase was
/// not entered. Of a failed attempt the last one filled is the phase that failed.
struct PhaseTimes {
    std::optional<Duration> resolve, connect, proxy, tls, check;

    /// The sum of the phases.
    [[nodiscard]] Duration total() const noexcept;
};

/// What became of one address of a name.
struct AddressFate {
    std::string address;  ///< a literal without brackets; the path of a unix socket
    ConnectedFamily family{};
    std::optional<Duration> connect;  ///< time to its connection; none when it had none
    std::optional<Failure> error;     ///< none when it connected, or when another one was first
    bool tried = false;               ///< without `connect` and `error`: it had not answered when another one did
};

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

struct Certificate {
    std::string subject, issuer;  ///< RFC 2253 form; text from the network
    std::vector<std::string> sans;
    WallTime not_before, not_after;
    std::string fingerprint_sha256;  ///< lower-case hexadecimal of the certificate's SHA-256
    std::string key{};               ///< the kind of its public key: "RSA", "EC", "ED25519"
    std::uint32_t key_bits = 0;
    std::string signature{};  ///< how its issuer signed it: "ecdsa-with-SHA256"
};

/// What the OCSP answer that came with a certificate says about it.
enum class StapleStatus : std::uint8_t {
    absent,      ///< none came, or one that says nothing
    good,        ///< not revoked
    revoked,     ///< by its issuer
    unknown,     ///< to the responder
    invalid,     ///< it cannot be believed: out of date, of another certificate, not signed by the right one
    unverified,  ///< it came, and was not looked at (`insecure`)
};
[[nodiscard]] std::string_view to_string(StapleStatus status) noexcept;

struct Staple {
    StapleStatus status = StapleStatus::absent;
    std::optional<WallTime> this_update{}, next_update{};  ///< of the answer, if it could be read
};

/// Filled as far as the handshake came, also when it failed.
struct TlsFacts {
    std::optional<std::string> version;  ///< "TLSv1.3"
    std::optional<std::string> cipher, group, alpn;
    std::optional<bool> resumed;
    std::optional<bool> verified;  ///< chain and name; false with `insecure`
    std::optional<Certificate> certificate;
    std::optional<WallTime> chain_not_after;    ///< the earliest end in the chain that was verified
    std::vector<Certificate> chain{};           ///< as the server sent it, its own first; the first ten
    std::size_t chain_length = 0;               ///< so many it sent
    std::vector<Certificate> verified_chain{};  ///< from its own to the trusted authority; empty unless verified
    std::optional<Staple> staple{};  ///< none where it was not asked for, or the handshake did not come so far
};

/// Filled as far as the check came, also when it failed.
struct CheckFacts {
    CheckType type{};
    std::optional<std::uint32_t> status;  ///< of HTTP
    std::string detail;  ///< the server's version, banner or answer; text from the network, empty if there was none
};

enum class WarningCode : std::uint8_t {
    slow,  // these four make a server degraded
    certificate_expires_soon,
    connections_missing,
    address_down,
    fallback_address,
    closed_at_once,
    syn_retransmitted,
    certificate_not_strict,
    verification_off,
};

struct WarningInfo {
    WarningCode code;
    std::string_view name;
    bool degrades;             ///< turns up into degraded
    std::string_view meaning;  ///< one sentence
};

/// All warnings, in the order of `WarningCode`. The storage is static.
[[nodiscard]] std::span<const WarningInfo> all_warnings() noexcept;
[[nodiscard]] std::string_view to_string(WarningCode code) noexcept;

struct Warning {
    WarningCode code;
    std::string message;  ///< one sentence with the facts
};

/// Does it make a server degraded?
[[nodiscard]] bool degrades(const Warning& warning) noexcept;

/// One walk through the phases.
struct Attempt {
    Duration started{};   ///< since the run's start
    Duration elapsed{};   ///< wall time from its first packet to its close
    std::string address;  ///< connected to or tried last; empty for a unix socket and when it came to none
    PhaseTimes latency;
    std::optional<Failure> error;
    std::optional<Duration> backoff;  ///< the wait that followed; none after the last attempt
};

/// Nearest rank (the smallest value with at least p % of all at or below it).
struct LatencySummary {
    Duration min{}, mean{}, p50{}, p90{}, p99{}, max{};
};

/// The connections that were opened to a server to be kept warm, until the end of the run.
struct Connections {
    std::size_t asked = 0;     ///< open at the same time, if all goes well
    std::size_t opened = 0;    ///< of those asked for
    std::size_t lost = 0;      ///< that were open and broke
    std::size_t reopened = 0;  ///< in the place of lost ones
    std::size_t resumed = 0;   ///< TLS handshakes that resumed a session
    std::size_t requests = 0;  ///< checks that were answered; without a check, connections that were opened
    /// Of the first request, and of all the others; the time of a request on a new connection includes connect and tls.
    std::optional<LatencySummary> cold{}, warm{};
    std::optional<bool> steady{};              ///< did the latency settle? None where that was not asked
    std::size_t steady_after = 0;              ///< so many requests
    std::optional<Duration> steady_latency{};  ///< the median of the last window
    std::size_t bytes_each = 0;                ///< memory of this program, by what it grew for all of them; 0: unknown
    std::vector<Duration> curve{};             ///< latency over the requests, in order, a few dozen points
};

struct Result {
    std::size_t index = 0;           ///< of the target in the list given to Prober::run
    const Target* target = nullptr;  ///< points into that list; never null
    Status status = Status::unknown;
    std::optional<StoppedBy> stopped_by;  ///< none when it has reached its goal
    std::vector<Attempt> history;         ///< every attempt, also the last, but for those left out; empty if none began
    std::size_t left_out = 0;             ///< attempts of a long run that `history` lacks after its first ones
    Duration elapsed{};                   ///< wall time from the first attempt to the verdict
    std::string address;  ///< of the last attempt, without port; empty for a unix socket and when it came to none
    std::optional<ConnectedFamily> family;
    std::vector<AddressFate> addresses;              ///< of the last attempt
    std::unique_ptr<const TlsFacts> tls;             ///< of the last attempt; null without TLS
    std::unique_ptr<const CheckFacts> check;         ///< of the last attempt; null where it came to no check
    std::unique_ptr<const Connections> connections;  ///< null unless they were opened to be kept
    std::vector<Warning> warnings;
    std::optional<Failure> error;  ///< of the last completed attempt when down; why there was none when unknown

    /// So many were made, those left out of the history too.
    [[nodiscard]] std::size_t attempts() const noexcept { return history.size() + left_out; }

    /// Of the last attempt; all empty when none began.
    [[nodiscard]] PhaseTimes latency() const noexcept;

    /// Attempts beyond the first; of connections that were opened to be kept, beyond one for each.
    [[nodiscard]] std::size_t retries() const noexcept;
};

/// How many attempts stand in a history before those that were left out, if any were.
inline constexpr std::size_t attempts_before_left_out = 10;

/// Has it reached its goal?
[[nodiscard]] bool reached(const Result& result, const Goal& goal) noexcept;

/// What a run is, known before its first result.
struct RunInfo {
    std::string command = "probe";
    WallTime started_at;
    std::string resolver;  ///< "dns" or "system": what `auto` chose
    std::size_t servers = 0;
    std::size_t max_concurrent = 0;  ///< in effect; of an adaptive limit the most that it may become
    std::size_t threads = 0;         ///< in effect
    Goal goal{};                     ///< of every server
    std::string name_server{};       ///< the address of the DNS server that was given; empty: this machine's are asked
    std::uint16_t name_server_port = 53;
};

enum class Verdict : std::uint8_t { up, degraded, down, incomplete };
[[nodiscard]] std::string_view to_string(Verdict verdict) noexcept;

/// How the run as a whole ended early, if it did.
enum class RunEnd : std::uint8_t { completed, deadline, signal, fail_fast, enough };

struct Summary {
    std::size_t servers = 0, up = 0, degraded = 0, down = 0, unknown = 0;
    std::size_t required = 0;  ///< how many had to be up, or gone
    std::size_t rejected = 0;  ///< wrong lines of a stream
    std::size_t attempts = 0, retries = 0;
    Verdict verdict = Verdict::up;
    int exit_status = 0;  ///< before --exit-zero and before faults of the output
    Duration elapsed{};
    std::optional<LatencySummary> latency;  ///< over `total` of the servers up or degraded; none when no server is
    std::size_t peak_concurrent = 0;        ///< most attempts in flight at any instant, over all threads
    std::size_t peak_sockets = 0;           ///< most sockets of targets open at any instant
    std::map<FailureClass, std::size_t> failures;  ///< servers that are not up, by class
    std::map<Code, std::size_t> failure_codes;     ///< the same servers, by code
};

/// Counts results into a summary, one after the other; what every report of a run says, it says.
class Tally {
public:
    explicit Tally(Goal goal = {}) : goal_{goal} {}

    void add(const Result& result);

    /// The summary of what was added. `required` as a number; `end` says how the run ended. A run that a stop request
    /// ended has exit status 130; who knows another signal corrects it.
    [[nodiscard]] Summary summary(std::size_t required, RunEnd end) const;

private:
    Goal goal_;
    Summary counts_;
    std::vector<Duration> totals_;
    std::size_t reached_ = 0;
    std::size_t local_ = 0;
    bool deadline_ = false;
};

}  // namespace connprobe
