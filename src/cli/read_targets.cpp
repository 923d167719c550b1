#include "cli/read_targets.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "cli/dry_run.hpp"
#include "cli/messages.hpp"
#include "engine/services.hpp"
#include "model/text.hpp"
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

/// Has it fewer attempts than must go well running?
bool gives_up_early(const Target& target, const Options& options) {
    const std::uint32_t most = target.settings->retry.max_attempts;
    return most != 0 && most < options.prober.goal.consecutive;
}

/// `wait db:5432 pg_dump`
bool forgot_hyphens(const Options& options) {
    const auto& words = options.request.arguments;
    const auto has_no_port = [](const std::string& word) { return word.find(':') == std::string::npos; };
    return contains(with_cmd, options.command) && options.cmd.empty() && words.size() > 1 &&
           std::any_of(words.begin() + 1, words.end(), has_no_port);
}

/// What stands against probing these targets with these options.
std::vector<std::string> faults(const Options& options, std::span<const Target> targets) {
    std::vector<std::string> errors;
    if (targets.empty()) errors.emplace_back("no server to probe: the list is empty");
    const std::size_t required = options.prober.required.of(targets.size());
    const auto service = std::ranges::find_if(targets, engine::is_service);
    if (service != targets.end() && options.command == Command::warm)
        errors.push_back(service->name +
                         ": connections are kept to servers that are named: an SRV record is for probe and wait");
    // How many servers an SRV record stands for is not known yet.
    if (!targets.empty() && service == targets.end() && required > targets.size()) {
        errors.push_back("--min-success: " + std::to_string(required) + " servers must be up, of only " +
                         std::to_string(targets.size()));
    }
    const auto impatient = std::ranges::find_if(targets, [&](const Target& t) { return gives_up_early(t, options); });
    if (impatient != targets.end()) {
        errors.push_back(impatient->name + ": --consecutive " + std::to_string(options.prober.goal.consecutive) +
                         " needs as many attempts, and it has " +
                         std::to_string(impatient->settings->retry.max_attempts) + " (max_attempts)");
    }
    if (options.command != Command::wait && options.prober.deadline.count() == 0) {
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

ReadTargets read_targets(const Options& options) {
    config::Request request = options.request;
    request.keep_origins = options.dry_run;
    request.environment = variable;
    ReadTargets read{config::read_servers(request), std::nullopt};
    warn(options, read.servers.warnings);
    if (!read.servers.errors.empty()) {
        if (forgot_hyphens(options))
            read.servers.errors.push_back("a command to run stands after --: connprobe wait " +
                                          printable(options.request.arguments.front()) + " -- CMD");
        read.exit_status = refuse(read.servers.errors);
    } else if (const auto errors = faults(options, read.servers.targets); !errors.empty()) {
        read.exit_status = refuse(errors);
    } else if (options.dry_run) {
        read.exit_status = os::print(dry_run(options, read.servers));
    }
    return read;
}

}  // namespace connprobe::cli
