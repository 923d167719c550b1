#include "warm/warmer.hpp"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/read_targets.hpp"
#include "cli/sessions.hpp"
#include "cli/warm_listener.hpp"
#include "engine/machine.hpp"
#include "model/check_specs.hpp"
#include "model/text.hpp"
#include "os/child.hpp"
#include "os/limits.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"
#include "warm/memory.hpp"

namespace connprobe::cli {
namespace {

/// How a target is written that is asked nothing.
std::string without_check(const Target& target) {
    if (!target.unix_path.empty()) return "unix:" + target.unix_path;
    const bool brackets = target.host.find(':') != std::string::npos;
    return "tcp://" + (brackets ? '[' + target.host + ']' : target.host) + ':' + std::to_string(target.port);
}

/// What stands against warming these targets with these options.
std::vector<std::string> unfit_for_warm(const Options& options, std::span<const Target> targets) {
    std::vector<std::string> errors;
    for (const Target& target : targets) {
        if (options.pass_fds && target.settings->tls)
            errors.push_back(target.name +
                             ": speaks TLS, whose keys stay here: --pass-fds is for plain TCP and unix sockets");
        const bool once = asked_once(target.settings->check);
        if (options.pass_fds && once)
            errors.push_back(target.name + ": what its check has said over a connection cannot be taken back: write " +
                             without_check(target) + ", which asks nothing");
        if (options.until_steady && once)
            errors.push_back(target.name +
                             ": what its check says can be said once over a connection: it cannot be "
                             "asked again and again until it is steady");
        if (options.until_steady && !target.settings->check)
            errors.push_back(target.name +
                             ": nothing is asked of it that could become steady: give it a check, as http:// does");
    }
    return errors;
}

std::size_t connections_of(std::span<const Target> targets) {
    std::size_t connections = 0;
    for (const Target& target : targets) connections += target.settings->connections;
    return connections;
}

/// Connections that are kept give no descriptor back: those that there is none for would be waited for in vain.
std::string too_many(std::span<const Target> targets) {
    constexpr std::size_t others = 64;  // standard streams, outputs, resolver, the event loop
    const std::size_t wanted = others + connections_of(targets);
    const std::size_t limit = engine::descriptor_limit();
    if (wanted <= limit) return {};
    return "--connections: " + std::to_string(wanted - others) + " connections need as many descriptors, and " +
           std::to_string(limit) + " are allowed (ulimit -n): ask for fewer, or allow " + std::to_string(wanted);
}

warm::Options warm_options(const Options& options) {
    warm::Options warm = options.warm;
    warm.max_concurrent = options.prober.max_concurrent;
    warm.deadline = options.prober.deadline;
    warm.required = options.prober.required;
    warm.resolver = options.prober.resolver;
    warm.seed = options.seeded ? options.prober.seed : std::random_device{}();
    warm.release = options.pass_fds;
    if (options.until_steady) warm.until_steady = options.steady;
    warm.hold = warm.hold || !options.cmd.empty();
    return warm;
}

/// The program that runs while the connections are held.
class HeldFor {
public:
    HeldFor(const Options& options, std::span<const Target> targets, os::FoundProgram program, os::SignalWatch& signals)
        : options_{options}, targets_{targets}, program_{std::move(program)}, signals_{signals} {}

    /// Starts it, with the connections that were released; what it ends with ends the hold. A signal that came first
    /// keeps it from being started.
    void start(const warm::Ready& ready, const os::StartState& before) {
        std::vector<os::Passed> passed;
        for (const warm::Released& one : ready.released) passed.push_back({one.descriptor, targets_[one.index].name});
        interrupted_ = !signals_.hand_over([&] { return start_child(before, passed); });
        for (const os::Passed& one : passed) ::close(one.descriptor);
    }

    /// None if it never ran.
    [[nodiscard]] std::optional<int> exit_status() const { return exit_status_; }
    /// Was it kept from being started by a signal?
    [[nodiscard]] bool interrupted() const { return interrupted_; }

private:
    pid_t start_child(const os::StartState& before, const std::vector<os::Passed>& passed) {
        auto started = os::start_child(program_.path, options_.cmd, before, passed);
        if (const auto* failure = std::get_if<os::ExecFailure>(&started)) {
            exit_status_ = fail(*failure);
            signals_.request_stop();
            return 0;
        }
        const auto child = std::get<pid_t>(started);
        wait_.emplace(child, [this](int exit_status) {
            exit_status_ = exit_status;
            signals_.take_back();
            signals_.request_stop();
        });
        return child;
    }

    const Options& options_;
    std::span<const Target> targets_;
    os::FoundProgram program_;
    os::SignalWatch& signals_;
    bool interrupted_ = false;
    std::optional<int> exit_status_;
    std::optional<os::ChildWait> wait_;  // last: joined before what it writes to goes
};

int exit_status_of(const Options& options, const warm::Outcome& outcome) {
    const int status = outcome.summary.exit_status;
    const bool is_verdict = status == 1 || status == 3 || status == 124;
    return options.exit_zero && is_verdict ? 0 : status;
}

}  // namespace

int warm_command(const Options& options) {
    const ReadTargets read = read_targets(options);
    if (read.exit_status) return *read.exit_status;
    const auto& targets = read.servers.targets;
    if (const auto errors = unfit_for_warm(options, targets); !errors.empty()) return refuse(errors);
    os::FoundProgram program;
    if (!options.cmd.empty()) {
        program = os::find_program(options.cmd.front());
        if (program.failure) return fail(*program.failure);
    }
    const os::StartState start;
    if (const auto problem = options.pass_fds ? too_many(targets) : std::string{}; !problem.empty())
        return refuse({problem});  // the program gets the limit that we were started with
    os::raise_descriptor_limit();
    if (const auto problem = too_many(targets); !problem.empty()) return refuse({problem});
    constexpr std::size_t many = 1000;  // fewer are not worth the time that it takes from each
    if (connections_of(targets) >= many) warm::keep_large_blocks_apart();
    Outputs outputs;
    if (const auto errors = outputs.open(options); !errors.empty()) return fail(errors);
    SessionsFile sessions;
    if (const auto problem = sessions.open(options.save_sessions); !problem.empty()) return fail(std::vector{problem});

    os::SignalWatch signals{options.cmd.empty() ? os::SignalWatch::Of::hold : os::SignalWatch::Of::program};
    HeldFor command{options, targets, std::move(program), signals};
    WarmListener listener{options, targets, outputs};
    warm::Warmer warmer{targets, warm_options(options), [&](warm::Event&& event) {
                            const auto* ready = std::get_if<warm::Ready>(&event);
                            if (ready != nullptr && !options.cmd.empty()) command.start(*ready, start);
                            listener(std::move(event));
                        }};
    if (auto problem = load_sessions(options.load_sessions, warmer); !problem.empty()) return refuse({problem});
    auto outcome = warmer.run(signals.token());
    if (!outcome.errors.empty()) return refuse(outcome.errors);
    listener.erase_progress();
    const int signal = outcome.end == RunEnd::signal || command.interrupted() ? signals.caught() : 0;
    if (signal != 0) outcome.summary.exit_status = 128 + signal;
    auto errors = outputs.end(outcome.summary);
    if (auto problem = sessions.save(outcome.sessions); !problem.empty()) errors.push_back(std::move(problem));
    if (!errors.empty()) {
        const int failed = fail(errors);
        return command.exit_status().value_or(failed);
    }
    if (signal != 0) os::end_by_signal(signal);
    return command.exit_status().value_or(exit_status_of(options, outcome));
}

}  // namespace connprobe::cli
