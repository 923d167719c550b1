#include "cli/messages.hpp"

#include "os/standard_streams.hpp"

namespace connprobe::cli {
namespace {

constexpr int wrong_input = 2;

}  // namespace

int refuse(const std::vector<std::string>& errors) {
    std::string text;
    for (const std::string& error : errors) text += error + '\n';
    os::complain(text);
    return wrong_input;
}

void warn(const Options& options, const std::vector<std::string>& warnings) {
    if (options.log_level < LogLevel::warning) return;
    std::string text;
    for (const std::string& warning : warnings) text += "warning: " + warning + '\n';
    os::complain(text);
}

}  // namespace connprobe::cli
