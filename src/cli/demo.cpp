#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "cli/commands.hpp"
#include "cli/messages.hpp"
#include "cli/probe_targets.hpp"
#include "config/servers.hpp"
#include "demo/list.hpp"
#include "demo/servers.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"

namespace connprobe::cli {
namespace {

constexpr int not_as_built = 1;
constexpr int could_not = 4;

struct Stage {
    demo::Servers servers;
    std::vector<demo::Server> started;
    std::string list;  ///< YAML
    std::string file;  ///< that it stands in
};

void set_up(Stage& stage) {
    for (const demo::BehaviourInfo& each : demo::all_behaviours()) {
        stage.started.push_back(stage.servers.add(each.behaviour));
    }
    stage.list = demo::server_list(stage.started);
    stage.file = stage.servers.write("servers.yaml", stage.list);
}

/// As it can be typed in any directory: where this program was not found by its name alone, with its path.
std::string this_program() {
    std::string typed = program_invocation_name;
    if (typed.find('/') == std::string::npos) return typed;
    std::error_code unknown;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", unknown);
    return unknown ? typed : path.string();
}

std::string shell_word(const std::string& text) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:@%,=";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return word + '\'';
}

std::string staged(const Stage& stage) {
    return std::to_string(stage.started.size()) + " servers of this program's own, listed in " + stage.file + ":\n\n" +
           stage.list + "\n$ " + shell_word(this_program()) + " --servers " + shell_word(stage.file) + "\n\n";
}

config::Outcome read_list(const std::string& file) {
    config::Request request;
    request.sources.push_back({.file = file});
    return config::read_servers(request);
}

std::vector<std::string> surprises(const Stage& stage, std::span<const Result> results) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (auto found = demo::surprise(stage.started[i].behaviour, results[i])) lines.push_back(std::move(*found));
    }
    return lines;
}

std::string conclusion(std::size_t servers, bool all_as_built, bool serve) {
    std::string text;
    if (all_as_built) text = "Each of the " + std::to_string(servers) + " servers got the verdict it was built for.\n";
    return text + (serve ? "They stay until Ctrl-C: run the command above in a second terminal.\n"
                         : "To run the command yourself: " + shell_word(this_program()) + " demo --serve\n");
}

void wait_for_signal(const os::SignalWatch& signals) {
    std::mutex mutex;
    std::unique_lock lock{mutex};
    std::condition_variable_any never;
    never.wait(lock, signals.token(), [] { return false; });
}

}  // namespace

int demo_command(const Options& options) try {
    std::optional<Stage> stage{std::in_place};
    set_up(*stage);
    if (!options.quiet) os::complain(staged(*stage));
    const config::Outcome read = read_list(stage->file);
    if (!read.errors.empty()) return refuse(read.errors);
    const Probed probed = probe_targets(options, read.targets);
    if (probed.signal != 0) {
        stage.reset();  // its directory would outlive us
        os::end_by_signal(probed.signal);
    }
    if (probed.results.size() != stage->started.size()) return probed.exit_status;

    const std::vector<std::string> wrong = surprises(*stage, probed.results);
    for (const std::string& line : wrong) os::complain("connprobe: demo: " + line + '\n');
    if (!options.quiet) os::complain(conclusion(stage->started.size(), wrong.empty(), options.serve));
    if (options.serve) wait_for_signal(*probed.signals);
    if (probed.exit_status == could_not) return could_not;
    return wrong.empty() ? 0 : not_as_built;
} catch (const std::exception& error) {
    os::complain(std::string{"connprobe: demo: "} + error.what() + '\n');
    return could_not;
}

}  // namespace connprobe::cli
