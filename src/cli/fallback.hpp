// One at a time, where many at a time have failed: a second run over the servers that are not up, added to the first.
#pragma once

#include <functional>
#include <span>
#include <stop_token>

#include "connprobe/prober.hpp"

namespace connprobe::cli {

/// Does the first run, which was not ended early, call for the second one: are fewer than half of the servers up?
[[nodiscard]] bool calls_for_fallback(const Summary& summary, RunEnd end) noexcept;

/// Puts the deadline that the user gave into the failures of a run that had but the rest of it.
void name_whole_deadline(Result& result, const ProberOptions& whole);

/// A server's result with what another run, which began `later` than the first, has found: its attempt is added to the
/// history, and decides where it was completed.
[[nodiscard]] Result with_again(Result first, Result again, Duration later);

/// As Prober::run. If fewer than half of the servers are up at its end, those that are not get one more attempt each, one
/// at a time, within the same deadline. Every server still has one Finished event: of those that are not up, when it is
/// known whether they are tried again.
[[nodiscard]] RunOutcome run_with_fallback(std::span<const Target> targets, const ProberOptions& options,
                                           const std::function<void(Event&&)>& on_event, const std::stop_token& stop);

}  // namespace connprobe::cli
