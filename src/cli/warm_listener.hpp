// Hears what happens while connections are opened and held: passes results on, and says on standard error what breaks.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "cli/outputs.hpp"
#include "terminal/progress.hpp"
#include "warm/warmer.hpp"

namespace connprobe::cli {

class WarmListener {
public:
    WarmListener(const Options& options, std::span<const Target> targets, Outputs& outputs);

    void operator()(warm::Event&& event);
    void erase_progress() { line_.erase(); }

private:
    void hear(const RunStarted& event) { outputs_.begin(event.run); }
    void hear(const warm::ServerOpened& event);
    void hear(const warm::Lost& event);
    void hear(const warm::Reopened& event);
    void hear(const warm::ReopenFailed& event);
    void hear(const warm::Ready& event);
    void hear(const LimitChanged& event);
    void hear(const Stopped&) {}
    void hear(const Tick& event);
    void hear(Finished& event);

    void say(LogLevel level, const std::string& text);
    void tell_changes();

    /// What became of a server's connections since it was last told.
    struct Change {
        std::size_t lost = 0, open = 0;
        std::string cause;  ///< of the last one that broke
    };

    const Options& options_;
    std::span<const Target> targets_;
    Outputs& outputs_;
    std::vector<Result> results_;            ///< writers hold on to them until their end
    std::map<std::size_t, Change> changes_;  ///< by server
    std::vector<bool> missing_;              ///< servers of which a connection was said to be lost
    terminal::Progress progress_;
    terminal::ProgressLine line_;
    bool held_ = false;  ///< the terminal is the command's now, or nobody waits
};

}  // namespace connprobe::cli
