#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "cli/probe_targets.hpp"
#include "cli/read_targets.hpp"
#include "model/text.hpp"
#include "os/exec.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"

namespace connprobe::cli {
namespace {

int complain_of(const os::ExecFailure& failure) {
    os::complain("connprobe: " + printable(failure.message) + '\n');
    return failure.exit_status;
}

}  // namespace

int wait_command(const Options& options) {
    const ReadTargets read = read_targets(options);
    if (read.exit_status) return *read.exit_status;
    os::FoundProgram program;
    if (!options.cmd.empty()) {
        program = os::find_program(options.cmd.front());
        if (program.failure) return complain_of(*program.failure);
    }
    const os::StartState start;
    const Probed probed = probe_targets(options, read.servers.targets);
    if (probed.signal != 0) os::end_by_signal(probed.signal);
    if (options.cmd.empty() || !probed.enough) return probed.exit_status;
    if (const int late = probed.signals->finish()) os::end_by_signal(late);
    return complain_of(os::become(program.path, options.cmd, start));
}

}  // namespace connprobe::cli
