#include "cli/messages.hpp"

#include <unistd.h>

#include "model/text.hpp"
#include "os/standard_streams.hpp"
#include "terminal/colour.hpp"
#include "terminal/progress.hpp"
#include "terminal/screen.hpp"

namespace connprobe::cli {
namespace {

constexpr int wrong_input = 2;

}  // namespace

int refuse(const std::vector<std::string>& errors) {
    std::string text;
    for (const std::string& error : errors) text += error + '\n';
    static_cast<void>(os::write_all(STDERR_FILENO, text));  // all of it: nothing waits for us
    return wrong_input;
}

int fail(const std::vector<std::string>& errors) {
    for (const std::string& error : errors) os::complain("connprobe: " + error + '\n');
    return tool_failed;
}

int fail(const os::ExecFailure& failure) {
    os::complain("connprobe: " + printable(failure.message) + '\n');
    return failure.exit_status;
}

bool is_silent(const Options& options) {
    return options.command == Command::wait && options.quiet && options.progress == terminal::When::automatic;
}

bool draws_progress(const Options& options) {
    return !is_silent(options) &&
           terminal::use_progress(options.progress, terminal::ColourVariables::from_environment().term,
                                  terminal::is_terminal(STDERR_FILENO));
}

void warn(const Options& options, const std::vector<std::string>& warnings) {
    if (options.log_level < LogLevel::warning) return;
    std::string text;
    for (const std::string& warning : warnings) text += "warning: " + warning + '\n';
    os::complain(text);
}

}  // namespace connprobe::cli
