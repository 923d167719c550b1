#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/dry_run.hpp"
#include "cli/messages.hpp"
#include "cli/probe_targets.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"

namespace connprobe::cli {
namespace {

std::optional<std::string> variable(std::string_view name) {
    const char* const value = std::getenv(std::string{name}.c_str());
    return value ? std::optional<std::string>{value} : std::nullopt;
}

bool has_no_limit(const RetryPolicy& policy) {
    const auto unlimited = [](const RetryRule& rule) { return !rule.stop && rule.max_attempts == 0U; };
    return (policy.strategy != Strategy::none && policy.max_attempts == 0) ||
           std::ranges::any_of(policy.rules, unlimited);
}

/// What stands against probing these targets with these options.
std::vector<std::string> faults(const Options& options, std::span<const Target> targets) {
    std::vector<std::string> errors;
    if (targets.empty()) errors.emplace_back("no server to probe: the list is empty");
    const std::size_t required = options.prober.required.of(targets.size());
    if (!targets.empty() && required > targets.size()) {
        errors.push_back("--min-success: " + std::to_string(required) + " servers must be up, of only " +
                         std::to_string(targets.size()));
    }
    if (options.prober.deadline.count() == 0) {
        const auto endless =
            std::ranges::find_if(targets, [](const Target& t) { return has_no_limit(t.settings->retry); });
        if (endless != targets.end()) {
            errors.push_back(endless->name +
                             ": max_attempts is 0, no limit: this needs --deadline, or the run might never end");
        }
    }
    return errors;
}

}  // namespace

int probe_command(const Options& options) {
    config::Request request = options.request;
    request.keep_origins = options.dry_run;
    request.environment = variable;
    const config::Outcome servers = config::read_servers(request);
    warn(options, servers.warnings);
    if (!servers.errors.empty()) return refuse(servers.errors);
    if (const auto errors = faults(options, servers.targets); !errors.empty()) return refuse(errors);
    if (options.dry_run) return os::print(dry_run(options, servers));
    const Probed probed = probe_targets(options, servers.targets);
    if (probed.signal != 0) os::end_by_signal(probed.signal);
    return probed.exit_status;
}

}  // namespace connprobe::cli
