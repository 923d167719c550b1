// The log of -v and -vv on standard error: every attempt, every step.
#pragma once

#include <memory>
#include <span>

#include "cli/options.hpp"
#include "connprobe/prober.hpp"

namespace connprobe::cli {

/// Costs nothing until there is something to log.
class Log {
public:
    Log(LogLevel level, std::span<const Target> targets);
    ~Log();
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    /// Will this event make a line?
    [[nodiscard]] bool wants(const Event& event) const noexcept;

    void write(const Event& event);

private:
    class Lines;

    LogLevel level_;
    std::span<const Target> targets_;
    std::unique_ptr<Lines> lines_;
};

}  // namespace connprobe::cli
