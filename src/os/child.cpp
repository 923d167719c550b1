#include "os/child.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <span>
#include <system_error>
#include <utility>

namespace connprobe::os {
namespace {

constexpr int first_passed = 3;  // SD_LISTEN_FDS_START
constexpr std::size_t longest_name = 255;
constexpr int cannot_run = 126;

/// Who ignores SIGCHLD is not told how its children ended: while one runs it is not ignored.
class ChildrenHeard {
public:
    ChildrenHeard() noexcept {
        struct sigaction heard{};
        heard.sa_handler = SIG_DFL;
        sigaction(SIGCHLD, nullptr, &before_);
        if (before_.sa_handler == SIG_IGN) sigaction(SIGCHLD, &heard, nullptr);
    }
    void restore() const noexcept { sigaction(SIGCHLD, &before_, nullptr); }

private:
    struct sigaction before_{};
};

/// Moves what stands at a number that another is to get to any that is free.
bool make_room(int number, std::span<Passed> others, int& errors) {
    int* there = errors == number ? &errors : nullptr;
    for (Passed& other : others)
        if (other.descriptor == number) there = &other.descriptor;
    if (there != nullptr) *there = ::fcntl(number, F_DUPFD_CLOEXEC, first_passed);
    return there == nullptr || *there >= 0;
}

/// In the child: each passed descriptor at its number, with never more than one open beyond those there are: they may be
/// as many as are allowed.
bool put_in_place(std::vector<Passed> passed, int& errors) {
    for (std::size_t i = 0; i < passed.size(); ++i) {
        const int from = passed[i].descriptor, to = first_passed + static_cast<int>(i);
        if (from == to) {
            ::fcntl(to, F_SETFD, 0);
        } else {
            if (!make_room(to, std::span{passed}.subspan(i + 1), errors) || ::dup2(from, to) < 0) return false;
            ::close(from);
        }
        ::fcntl(to, F_SETFL, ::fcntl(to, F_GETFL) & ~O_NONBLOCK);
    }
    return true;
}

/// Nothing but the child runs this: glibc's fork leaves malloc usable, and no other thread of ours touches the
/// environment.
[[noreturn]] void be_child(int errors, const std::string& path, const std::vector<std::string>& arguments,
                           const StartState& start, const std::vector<Passed>& passed) {
    ExecFailure failure{cannot_run, "the descriptors could not be passed"};
    if (put_in_place(passed, errors)) {
        if (!passed.empty()) {
            ::setenv("LISTEN_FDS", std::to_string(passed.size()).c_str(), 1);
            ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
            ::setenv("LISTEN_FDNAMES", listen_names(passed).c_str(), 1);
        }
        failure = become(path, arguments, start);
    }
    [[maybe_unused]] auto sent = ::write(errors, &failure.exit_status, sizeof failure.exit_status);
    sent = ::write(errors, failure.message.data(), failure.message.size());
    _exit(failure.exit_status);
}

/// What the child could not do; none once it has become the program, which closes the pipe.
std::optional<ExecFailure> failure_of_child(int errors) {
    ExecFailure failure;
    std::string bytes;
    std::array<char, 512> chunk{};
    for (;;) {
        const ssize_t size = ::read(errors, chunk.data(), chunk.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        bytes.append(chunk.data(), static_cast<std::size_t>(size));
    }
    if (bytes.size() < sizeof failure.exit_status) return std::nullopt;
    std::memcpy(&failure.exit_status, bytes.data(), sizeof failure.exit_status);
    failure.message = bytes.substr(sizeof failure.exit_status);
    return failure;
}

int as_a_shell_shows(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

pid_t wait_for(pid_t which, int& status) {
    pid_t ended = -1;
    do {
        ended = ::waitpid(which, &status, 0);
    } while (ended < 0 && errno == EINTR);
    return ended;
}

}  // namespace

std::string listen_names(const std::vector<Passed>& passed) {
    std::string all;
    for (const Passed& each : passed) {
        std::string name = each.name;
        if (name.size() > longest_name) name.resize(longest_name - 1), name += '_';
        for (char& c : name) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < ' ' || byte == 0x7F || c == ':') c = '_';
        }
        all.append(all.empty() && &each == &passed.front() ? "" : ":").append(name);
    }
    return all;
}

std::variant<pid_t, ExecFailure> start_child(const std::string& path, const std::vector<std::string>& arguments,
                                             const StartState& start, const std::vector<Passed>& passed) {
    std::array<int, 2> errors{};
    if (::pipe2(errors.data(), O_CLOEXEC) != 0)
        return ExecFailure{cannot_run, "cannot start it: " + std::generic_category().message(errno)};
    const ChildrenHeard heard;
    const pid_t child = ::fork();
    if (child == 0) {
        heard.restore();
        be_child(errors[1], path, arguments, start, passed);
    }
    const int number = errno;
    ::close(errors[1]);
    auto failure = child > 0 ? failure_of_child(errors[0])
                             : ExecFailure{cannot_run, "cannot start it: " + std::generic_category().message(number)};
    ::close(errors[0]);
    if (!failure) return child;
    int status = 0;
    if (child > 0) wait_for(child, status);
    return std::move(*failure);
}

ChildWait::ChildWait(pid_t child, std::function<void(int)> ended) {
    waiter_ = std::jthread([child, ended = std::move(ended)] {
        const pid_t which = ::getpid() == 1 ? -1 : child;
        int status = 0;
        pid_t who = 0;
        do {
            who = wait_for(which, status);
        } while (who >= 0 && who != child);
        ended(as_a_shell_shows(status));
    });
}

}  // namespace connprobe::os
