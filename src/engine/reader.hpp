// The caller's side of a run: hands events on, keeps count, and ends the run when its time has come or it is decided.
#pragma once

#include <functional>

#include "engine/crew.hpp"

namespace connprobe::engine {

/// Belongs to the thread that called Prober::run.
class Reader {
public:
    Reader(Crew& crew, const ProberOptions& options, const std::function<void(Event&&)>& on_event);

    /// Returns when no io thread is left.
    void read_all();

    /// Those that nobody had begun when the run ended.
    void conclude_rest();

    [[nodiscard]] Summary summary() const;

private:
    void hand_on(Event&& event);
    void count(const Result& result);
    void tell_ending();
    [[nodiscard]] net::TimePoint next_look() const;
    [[nodiscard]] Duration elapsed() const;

    Crew& crew_;
    Shared& shared_;
    const std::function<void(Event&&)>& on_event_;
    const ProberOptions& options_;
    std::size_t required_ = 0, reached_ = 0, missed_ = 0;
    Tally tally_;
    bool told_ = false;
};

}  // namespace connprobe::engine
