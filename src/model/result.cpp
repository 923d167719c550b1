#include "connprobe/result.hpp"

#include <array>

namespace connprobe {

namespace {

/// In the order of `WarningCode`.
constexpr std::array warnings = std::to_array<WarningInfo>({
    {WarningCode::slow, "slow", true, "The connection took longer than max_latency allows."},
    {WarningCode::certificate_expires_soon, "certificate_expires_soon", true,
     "A certificate of the chain ends sooner than cert_expiry allows."},
    {WarningCode::connections_missing, "connections_missing", true,
     "Not all of the connections that were to be kept warm are open."},
    {WarningCode::address_down, "address_down", true,
     "Not every address of the name is up, where all_addresses asks for each of them."},
    {WarningCode::fallback_address, "fallback_address", false,
     "An address that is preferred to the one that was connected to failed or answered too late."},
    {WarningCode::closed_at_once, "closed_at_once", false,
     "The server closed or reset the connection as soon as it was made: a proxy without a backend does this."},
    {WarningCode::syn_retransmitted, "syn_retransmitted", false,
     "The first packet of the connection was lost and sent again, which costs about a second."},
    {WarningCode::certificate_not_strict, "certificate_not_strict", false,
     "The certificates are valid but break RFC 5280 in a way that stricter programs refuse."},
    {WarningCode::verification_off, "verification_off", false,
     "The certificate was not verified, because insecure is set: anybody could have answered."},
});

constexpr bool phases_in_order() {
    for (std::size_t i = 0; i < warnings.size(); ++i) {
        if (static_cast<std::size_t>(warnings[i].code) != i) return false;
    }
    return true;
}
static_assert(phases_in_order());

}  // namespace

std::string_view to_string(Status status) noexcept {
    constexpr std::array<std::string_view, 4> names{"up", "degraded", "down", "unknown"};
    return names[static_cast<std::size_t>(status)];
}

std::string_view to_string(StoppedBy stopped_by) noexcept {
    constexpr std::array<std::string_view, 6> names{"attempts", "rule", "deadline", "signal", "fail_fast", "enough"};
    return names[static_cast<std::size_t>(stopped_by)];
}

std::string_view to_string(StapleStatus status) noexcept {
    switch (status) {
        case StapleStatus::absent: return "absent";
        case StapleStatus::good: return "good";
        case StapleStatus::revoked: return "revoked";
        case StapleStatus::unknown: return "unknown";
        case StapleStatus::invalid: return "invalid";
        case StapleStatus::unverified: return "unverified";
    }
    return {};
}

std::string_view to_string(ConnectedFamily family) noexcept {
    constexpr std::array<std::string_view, 3> names{"ipv4", "ipv6", "unix"};
    return names[static_cast<std::size_t>(family)];
}

std::string_view to_string(Verdict verdict) noexcept {
    constexpr std::array<std::string_view, 4> names{"up", "degraded", "down", "incomplete"};
    return names[static_cast<std::size_t>(verdict)];
}

std::string_view to_string(WarningCode code) noexcept { return warnings[static_cast<std::size_t>(code)].name; }

std::span<const WarningInfo> all_warnings() noexcept { return warnings; }

bool degrades(const Warning& warning) noexcept { return warnings[static_cast<std::size_t>(warning.code)].degrades; }

bool reached(const Result& result, const Goal& goal) noexcept {
    if (result.stopped_by) return false;
    if (goal.state == Goal::State::gone) return result.status == Status::down;
    return result.status == Status::up || result.status == Status::degraded;
}

Duration PhaseTimes::total() const noexcept {
    Duration sum{};
    for (const auto& phase : {resolve, connect, proxy, tls, check}) sum += phase.value_or(Duration::zero());
    return sum;
}

PhaseTimes Result::latency() const noexcept { return history.empty() ? PhaseTimes{} : history.back().latency; }

std::size_t Result::retries() const noexcept {
    const std::size_t first = connections ? connections->asked : 1;
    return attempts() > first ? attempts() - first : 0;
}

}  // namespace connprobe
