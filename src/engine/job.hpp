// One server on its way to its verdict: what its attempts have come to so far, and what follows from it. No I/O.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "connprobe/prober.hpp"
#include "engine/limits.hpp"
#include "net/time.hpp"

namespace connprobe::engine {

/// What one attempt found out; filled by the phases as they are walked.
struct Outcome {
    std::optional<Failure> failure;
    PhaseTimes latency;
    std::string address;
    std::optional<ConnectedFamily> family;
    std::vector<AddressFate> addresses;
    std::unique_ptr<const TlsFacts> tls;
    std::unique_ptr<const CheckFacts> check;
    std::vector<std::string> dialogue;  ///< only where somebody listens
    std::vector<Warning> warnings;
    std::optional<Duration> seen_after;  ///< from the SYN until we saw the answer to it; none without one
    bool exhausted = false;              ///< there was no descriptor for it at first
};

/// Cut short by the end of the run: says nothing about the server.
[[nodiscard]] bool was_cut(const Failure& failure) noexcept;

/// Why no attempt was completed when the run ended for this reason; its code is of class cancelled.
[[nodiscard]] Failure cut_failure(RunEnd reason, std::optional<Phase> phase, const ProberOptions& options);

/// What a server that still waited for its next attempt was stopped by.
[[nodiscard]] StoppedBy stopped_by(RunEnd reason) noexcept;

/// Adds the warnings that the settings ask for: slower than max_latency, a chain that ends within cert_expiry of `now`.
void judge_quality(Outcome& outcome, const Settings& settings, WallTime now);

class Job {
public:
    /// Of more attempts than `room` the history keeps the first ones and the last.
    Job(std::size_t index, const Target& target, std::size_t room = most_history) : room_{room} {
        result_.index = index;
        result_.target = &target;
    }

    [[nodiscard]] std::size_t index() const noexcept { return result_.index; }
    [[nodiscard]] const Target& target() const noexcept { return *result_.target; }
    [[nodiscard]] std::uint32_t attempts() const noexcept { return static_cast<std::uint32_t>(result_.attempts()); }

    /// Adds an attempt to the history; what it found out replaces what the one before had found out.
    void record(Outcome&& outcome, net::TimePoint run_start, net::TimePoint began, net::TimePoint ended);

    /// The wait that follows the last attempt, which failed.
    void back_off(Duration wait) { result_.history.back().backoff = wait; }
    [[nodiscard]] const std::optional<Failure>& last_failure() const { return result_.history.back().error; }

    /// Attempts running, the last one included, that found the server as the goal wants it.
    [[nodiscard]] std::uint32_t streak(const Goal& goal) const {
        return streaks_[static_cast<std::size_t>(goal.state)];
    }

    /// The verdict. `reason` is empty for a server that has reached the goal; `cut` says why a server without a
    /// completed attempt has none.
    [[nodiscard]] Result conclude(const Goal& goal, std::optional<StoppedBy> reason, net::TimePoint now,
                                  std::optional<Failure> cut = {});

private:
    void note(const std::optional<Failure>& failure);
    void make_room();
    [[nodiscard]] bool has_verdict(Goal::State wanted) const noexcept;
    void judge(const std::optional<Failure>& failure, Goal::State wanted);

    Result result_;
    std::size_t room_;
    net::TimePoint first_began_{};
    std::array<std::uint32_t, 2> streaks_{};  // by Goal::State
    std::optional<Failure> failed_;           // of the last completed attempt that failed
    bool succeeded_ = false;                  // the last completed attempt
};

}  // namespace connprobe::engine
