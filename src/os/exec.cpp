#include "os/exec.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <system_error>

namespace connprobe::os {
namespace {

/// Where there is no variable PATH; confstr(3) says the same.
constexpr std::string_view usual_path = "/bin:/usr/bin";

ExecFailure failure_of(const std::string& name, int number) {
    if (number == ENOENT) return {127, name + ": not found"};
    if (number == EISDIR) return {126, name + ": is a directory"};
    if (number == EACCES) return {126, name + ": not executable, or not for this user"};
    return {126, name + ": cannot be run: " + std::generic_category().message(number)};
}

/// 0 if it can be run, else errno.
int fault_of(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return errno;
    if (S_ISDIR(status.st_mode)) return EISDIR;
    return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/// A shell looks at the first line: a program for another machine is no script.
bool is_text(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    std::array<char, 256> block{};
    const ssize_t size = ::read(file, block.data(), block.size());
    ::close(file);
    if (size < 0) return false;
    const std::string_view start{block.data(), static_cast<std::size_t>(size)};
    return start.substr(0, start.find('\n')).find('\0') == std::string_view::npos;
}

void execute(const std::string& path, std::vector<std::string> arguments) {
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    ::execve(path.c_str(), words.data(), environ);
}

}  // namespace

FoundProgram find_program(const std::string& name) {
    if (name.empty()) return {{}, failure_of("\"\"", ENOENT)};
    if (name.find('/') != std::string::npos) {
        const int fault = fault_of(name);
        if (fault != 0) return {{}, failure_of(name, fault)};
        return {name, {}};
    }
    const char* const variable = std::getenv("PATH");
    std::string_view rest = variable != nullptr ? std::string_view{variable} : usual_path;
    bool denied = false;
    while (true) {
        const std::size_t colon = rest.find(':');
        const std::string folder{rest.substr(0, colon)};
        const std::string path = (folder.empty() ? "." : folder) + '/' + name;  // an empty one is the current folder
        const int fault = fault_of(path);
        if (fault == 0) return {path, {}};
        denied = denied || fault == EACCES;
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
    }
    return {{}, failure_of(name, denied ? EACCES : ENOENT)};
}

StartState::StartState() noexcept {
    pthread_sigmask(SIG_SETMASK, nullptr, &mask_);
    getrlimit(RLIMIT_NOFILE, &descriptors_);
}

void StartState::restore() const noexcept {
    setrlimit(RLIMIT_NOFILE, &descriptors_);
    // One that a write of ours has raised would end the new program before its first instruction.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    const timespec at_once{};
    while (sigtimedwait(&pipe, nullptr, &at_once) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

ExecFailure become(const std::string& path, const std::vector<std::string>& arguments, const StartState& start) {
    start.restore();
    execute(path, arguments);
    if (errno == ENOEXEC && is_text(path)) {
        std::vector<std::string> words{"/bin/sh", path};
        words.insert(words.end(), arguments.begin() + 1, arguments.end());
        execute(words.front(), words);
    }
    const int number = errno;
    if (number == ENOENT && fault_of(path) == 0)
        return {127, path + ": its interpreter, which its first line names, is not there"};
    return failure_of(arguments.front(), number);
}

}  // namespace connprobe::os
