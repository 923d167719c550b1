#include "os/standard_streams.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <string>
#include <system_error>

#include "os/signals.hpp"

namespace connprobe::os {
namespace {

/// How long it is waited for a reader who is behind: a run has a deadline, and a program to start.
constexpr int patience_ms = 1000;

/// Is nobody reading standard error? Then it is not waited for again until it takes something.
std::atomic<bool> stuck = false;

/// False if nobody takes any. Asks before it writes: where the reader has gone, no SIGPIPE is raised.
bool write_some(std::string_view& bytes) noexcept {
    pollfd ready{STDERR_FILENO, POLLOUT, 0};
    stuck = ::poll(&ready, 1, stuck ? 0 : patience_ms) == 0;
    if (stuck || (ready.revents & (POLLERR | POLLNVAL)) != 0) return false;
    const ssize_t written = ::write(STDERR_FILENO, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (written >= 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    return written >= 0 || errno == EINTR || errno == EAGAIN;
}

}  // namespace

void reserve_standard_streams() noexcept {
    std::array<pollfd, 3> streams{{{STDIN_FILENO, 0, 0}, {STDOUT_FILENO, 0, 0}, {STDERR_FILENO, 0, 0}}};
    if (poll(streams.data(), streams.size(), 0) < 1) return;
    for (const pollfd& stream : streams) {
        if ((stream.revents & POLLNVAL) == 0) continue;
        // Open the wrong way round: what uses it gets EBADF, as if it were closed.
        const int descriptor = open("/dev/null", (stream.fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
        if (descriptor >= 0 && descriptor != stream.fd) {
            dup3(descriptor, stream.fd, O_CLOEXEC);
            close(descriptor);
        }
    }
}

int write_all(int descriptor, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            pollfd ready{descriptor, POLLOUT, 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

int print(std::string_view text) {
    const int error = write_all(STDOUT_FILENO, text);
    if (error == EPIPE) end_by_signal(SIGPIPE);
    if (error == 0) return 0;
    complain("connprobe: standard output could not be written: " + std::generic_category().message(error) + '\n');
    return 4;
}

bool standard_output_is_unread() noexcept {
    pollfd output{STDOUT_FILENO, 0, 0};
    return poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
}

void complain(std::string_view message) noexcept {
    while (!message.empty() && write_some(message)) {
    }
}

}  // namespace connprobe::os
