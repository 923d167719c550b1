#include "cli/sessions.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>
#include <variant>

#include "model/text.hpp"

namespace connprobe::cli {

std::string load_sessions(const std::string& file, warm::Warmer& warmer) {
    if (file.empty()) return {};
    std::ifstream stream{file, std::ios::binary};
    std::ostringstream text;
    if (stream) text << stream.rdbuf();
    if (!stream)
        return "--load-sessions: cannot read " + printable(file) + ": " + std::generic_category().message(errno);
    struct stat status{};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return "--load-sessions: " + printable(file) +
               " can be read or written by others, who then can read what is sent with its sessions, or stand in for "
               "their servers: chmod 600 it";
    const auto problem = warmer.resume(text.str());
    return problem.empty() ? problem : "--load-sessions: " + printable(file) + ": " + problem;
}

std::string SessionsFile::open(const std::string& file) {
    if (file.empty()) return {};
    auto opened = os::Output::open_private(file);
    if (const auto* error = std::get_if<os::OutputError>(&opened)) return printable(error->message);
    output_.emplace(std::move(std::get<os::Output>(opened)));
    return {};
}

std::string SessionsFile::save(const std::string& sessions) {
    if (!output_) return {};
    output_->write(sessions);
    const auto error = output_->finish();
    return error ? printable(error->message) : std::string{};
}

}  // namespace connprobe::cli
