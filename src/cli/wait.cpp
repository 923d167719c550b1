#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/probe_targets.hpp"
#include "cli/read_targets.hpp"
#include "model/text.hpp"
#include "os/exec.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"

namespace connprobe::cli {
namespace {

/// The last word of a wait that failed: whoever reads the log of a container looks for its program there.
void say_what_is_not_run(const Options& options, const Probed& probed) {
    if (options.quiet) return;
    const auto& results = probed.results;
    const Goal& goal = options.prober.goal;
    const auto count = std::ranges::count_if(results, [&](const Result& each) { return reached(each, goal); });
    const bool too_few = static_cast<std::size_t>(count) < options.prober.required.of(results.size());
    std::string text = "connprobe: " + printable(options.cmd.front()) + " is not run";
    if (too_few)
        text += ": " + std::to_string(count) + " of " + std::to_string(results.size()) +
                (goal.state == Goal::State::gone ? " gone" : " up");
    os::complain(text + '\n');
}

}  // namespace

int wait_command(const Options& options) {
    const ReadTargets read = read_targets(options);
    if (read.exit_status) return *read.exit_status;
    os::FoundProgram program;
    if (!options.cmd.empty()) {
        program = os::find_program(options.cmd.front());
        if (program.failure) return fail(*program.failure);
    }
    const os::StartState start;
    const Probed probed = probe_targets(options, read.servers.targets);
    if (probed.signal != 0) os::end_by_signal(probed.signal);
    if (options.cmd.empty()) return probed.exit_status;
    if (!probed.enough) {
        say_what_is_not_run(options, probed);
        return probed.exit_status;
    }
    if (const int late = probed.signals->finish()) os::end_by_signal(late);
    return fail(os::become(program.path, options.cmd, start));
}

}  // namespace connprobe::cli
