#include "cli/commands.hpp"
#include "cli/probe_targets.hpp"
#include "cli/read_targets.hpp"
#include "os/signals.hpp"

namespace connprobe::cli {

int probe_command(const Options& options) {
    const ReadTargets read = read_targets(options);
    if (read.exit_status) return *read.exit_status;
    const Probed probed = probe_targets(options, read.servers.targets);
    if (probed.signal != 0) os::end_by_signal(probed.signal);
    return probed.exit_status;
}

}  // namespace connprobe::cli
