#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "os/standard_streams.hpp"

namespace connprobe::cli {
namespace {

constexpr int wrong_usage = 2;

int refuse_usage(Command command, const std::vector<std::string>& errors) {
    std::string text;
    for (const std::string& error : errors) text += "connprobe: " + error + '\n';
    const std::string name = contains(with_cmd, command) ? std::string{info(command).name} + ' ' : "";
    os::complain(text + "Help: connprobe " + name + "-h; all options: connprobe " + name + "--help\n");
    return wrong_usage;
}

bool asks_nothing(const Options& options) {
    return contains(probing, options.command) && options.request.arguments.empty() && options.request.sources.empty();
}

int dispatch(const Options& options) {
    switch (options.command) {
        case Command::probe: return probe_command(options);
        case Command::wait: return wait_command(options);
        case Command::warm: return warm_command(options);
        case Command::explain: return explain_command(options);
        case Command::demo: return demo_command(options);
        case Command::completion: return completion_command(options);
    }
    return wrong_usage;
}

}  // namespace

int run(int argc, const char* const* argv) {
    const std::vector<std::string_view> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    const Parsed parsed = parse(arguments);
    const Options& options = parsed.options;
    switch (options.action) {
        case Action::short_help: return os::print(short_help(options.command));
        case Action::help: return os::print(help(options.command));
        case Action::version: return os::print(version(options.verbosity > 0));
        case Action::run: break;
    }
    if (!parsed.errors.empty()) return refuse_usage(options.command, parsed.errors);
    if (asks_nothing(options)) {
        os::complain("connprobe: no servers: name some, or a list of them with --servers\n\n" +
                     short_help(options.command));
        return wrong_usage;
    }
    return dispatch(options);
}

}  // namespace connprobe::cli
