#include "cli/defaults.hpp"

#include <chrono>

namespace connprobe::cli {

Options defaults_of(Command command) {
    using namespace std::chrono_literals;
    Options options;
    options.command = command;
    options.warm.keepalive = 10s;
    if (command != Command::wait) return options;
    options.request.built_in = {.strategy = Strategy::fixed, .max_attempts = 0, .delay = 250ms, .persistent = true};
    options.prober.deadline = 60s;
    options.prober.end_when_decided = true;
    return options;
}

}  // namespace connprobe::cli
