// What follows an attempt: the server's verdict, or another attempt after a wait. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "connprobe/result.hpp"
#include "connprobe/retry.hpp"

namespace connprobe::engine {

/// Did an attempt that ended like this, with a failure or without, find the server as it is wanted?
///
/// A server is gone when nothing accepts a connection: whoever fails later than that is still there, and so is a unix
/// socket whose queue is full. A name that does not resolve and a fault of this machine say nothing about it.
[[nodiscard]] bool is_as_wanted(Goal::State wanted, const std::optional<Failure>& failure) noexcept;

struct NextStep {
    std::optional<Duration> wait;         ///< another attempt after it; none: the server has its verdict
    std::optional<StoppedBy> stopped_by;  ///< with a verdict: why it has not reached its goal; none: it has
};

/// What an attempt came to.
struct AttemptEnd {
    const std::optional<Failure>& failure;
    std::uint32_t attempts;  ///< of this server so far
    std::uint32_t streak;    ///< of them, how many running were as wanted, the last one included
};

/// Decides after an attempt of the server `name` that nothing cut short. Attempts that count towards the goal follow
/// each other at the policy's plain delay, others as its backoff has it.
[[nodiscard]] NextStep next_step(const Goal& goal, const RetryPolicy& policy, const AttemptEnd& end, std::uint64_t seed,
                                 std::string_view name);

}  // namespace connprobe::engine
