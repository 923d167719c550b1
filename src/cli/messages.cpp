#include "cli/messages.hpp"

#include <algorithm>

#include "os/standard_streams.hpp"

namespace connprobe::cli {
namespace {

constexpr int wrong_input = 2;
constexpr std::size_t most_errors = 20;

}  // namespace

int refuse(const std::vector<std::string>& errors) {
    std::string text;
    for (std::size_t i = 0; i < std::min(errors.size(), most_errors); ++i) text += errors[i] + '\n';
    if (errors.size() > most_errors) text += "and " + std::to_string(errors.size() - most_errors) + " more errors\n";
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
