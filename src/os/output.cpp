#include "os/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "os/standard_streams.hpp"

namespace connprobe::os {

namespace {

constexpr std::size_t buffer_size = 64 * 1024;
constexpr int most_links = 40;  // as the kernel
constexpr int most_tries = 10;
constexpr mode_t for_all = 0666;  // but for those whom the umask leaves out
constexpr mode_t for_owner = 0600;

OutputError error_of(const std::string& what, int number) {
    return {number, what + ": " + std::generic_category().message(number)};
}

/// The file a chain of symbolic links ends at, also when it does not exist yet; unchanged what is no link.
std::string behind_links(std::string path) {
    for (int links = 0; links < most_links; ++links) {
        std::array<char, PATH_MAX> to{};
        const ssize_t size = ::readlink(path.c_str(), to.data(), to.size());
        if (size <= 0) break;
        const std::string_view next(to.data(), static_cast<std::size_t>(size));
        const std::size_t slash = path.rfind('/');
        const bool relative = next.front() != '/' && slash != std::string::npos;
        path = (relative ? path.substr(0, slash + 1) : std::string()).append(next);
    }
    return path;
}

/// Is it, or will it be, a regular file that may be replaced? /dev/stdout and its like lead to files that others use.
bool is_replaceable(const std::string& path, const struct stat* existing) {
    if (path.starts_with("/dev/") || path.starts_with("/proc/")) return false;
    return existing == nullptr || S_ISREG(existing->st_mode);
}

/// Is the open file still the one of that name?
bool is_named(int descriptor, const std::string& path) {
    struct stat opened{}, named{};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

/// Has nobody else been able to open it?
bool is_of_owner(int descriptor) {
    struct stat status{};
    return ::fstat(descriptor, &status) == 0 && status.st_uid == ::geteuid() && (status.st_mode & 0077) == 0;
}

/// Opens a file and locks it; -1 and errno if that fails, EWOULDBLOCK if another run has it. File systems without locks
/// have to do without.
int open_locked(const std::string& path, mode_t mode) {
    for (int tries = 0; tries < most_tries; ++tries) {
        const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
        if (descriptor < 0) return -1;
        const bool taken = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        // Between the two calls another run may have renamed it: then it is that run's result by now.
        const bool ours = !taken && is_named(descriptor, path);
        // One that others may have open already would show them what is written.
        const bool shown = mode == for_owner && !is_of_owner(descriptor);
        if (ours && !shown) return descriptor;
        const bool stuck = taken || (ours && ::unlink(path.c_str()) != 0);
        ::close(descriptor);
        if (stuck) break;
    }
    errno = EWOULDBLOCK;
    return -1;
}

/// The file beside the target, empty and with the target's mode, unless it is for its owner; -1 and errno if that fails.
int open_partial(const std::string& partial, const struct stat* existing, mode_t mode) {
    const int descriptor = open_locked(partial, mode);
    if (descriptor < 0) return -1;
    // The owner is kept where that is allowed: it is only for root.
    [[maybe_unused]] const bool owner_kept =
        existing != nullptr && ::fchown(descriptor, existing->st_uid, existing->st_gid) == 0;
    const bool takes_mode = existing != nullptr && mode != for_owner;
    const bool mode_kept = !takes_mode || ::fchmod(descriptor, existing->st_mode & 07777) == 0;
    if (mode_kept && ::ftruncate(descriptor, 0) == 0) return descriptor;
    const int number = errno;
    ::close(descriptor);
    errno = number;
    return -1;
}

/// Copies a file over another that cannot be replaced; 0 or errno.
int copy_over(const std::string& from, const std::string& to, mode_t mode) {
    const int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    if (in < 0) return errno;
    const int out = ::open(to.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    int number = out < 0 || (mode == for_owner && ::fchmod(out, mode) != 0) ? errno : 0;
    std::string block(buffer_size, '\0');
    while (number == 0) {
        const ssize_t size = ::read(in, block.data(), block.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) number = errno;
        if (size <= 0) break;
        number = write_all(out, std::string_view(block).substr(0, static_cast<std::size_t>(size)));
    }
    if (out >= 0 && ::close(out) != 0 && number == 0) number = errno;
    ::close(in);
    return number;
}

}  // namespace

bool OutputError::is_broken_pipe() const noexcept { return number == EPIPE; }

Output Output::standard_output() {
    Output output(STDOUT_FILENO, "standard output");
    if (::fcntl(STDOUT_FILENO, F_GETFD) < 0) output.fail(errno);
    return output;
}

Output Output::standard_error() { return {STDERR_FILENO, "standard error"}; }

Output Output::courtesy() {
    Output output = standard_error();
    output.is_courtesy_ = true;
    return output;
}

std::variant<Output, OutputError> Output::open(const std::string& path, Leftover leftover) {
    return open(path, leftover, for_all);
}

std::variant<Output, OutputError> Output::open(const std::string& path, Leftover leftover, mode_t mode) {
    struct stat status{};
    const struct stat* existing = ::stat(path.c_str(), &status) == 0 ? &status : nullptr;
    if (existing == nullptr && (errno != ENOENT || path.empty())) return error_of("cannot write " + path, errno);
    if (existing != nullptr && ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) {
        return error_of("cannot write " + path, errno);
    }
    Output output(-1, path);
    if (is_replaceable(path, existing)) {
        const std::string target = behind_links(path);
        const std::string partial = target + ".partial";
        output.descriptor_ = open_partial(partial, existing, mode);
        if (output.descriptor_ >= 0) {
            output.target_ = target;
            output.partial_ = partial;
            output.leftover_ = leftover;
            output.mode_ = mode;
            output.owned_ = true;
            return output;
        }
        if (errno == EWOULDBLOCK)
            return OutputError{errno, "cannot write " + path + ": another run is writing " + partial};
        // A file may be writable in a directory that is not: a mounted one is.
        if (existing == nullptr && errno == ENOENT)
            return OutputError{errno, "cannot write " + path + ": its folder does not exist"};
        if (existing == nullptr) return error_of("cannot write " + path + ": cannot create " + partial, errno);
    }
    output.descriptor_ = ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY);
    if (output.descriptor_ < 0) return error_of("cannot write " + path, errno);
    output.owned_ = true;
    return output;
}

std::variant<Output, OutputError> Output::open_private(const std::string& path) {
    auto opened = open(path, Leftover::remove, for_owner);
    const auto* output = std::get_if<Output>(&opened);
    // What is no regular file has no mode that could be changed: a pipe is as private as its ends.
    struct stat status{};
    const bool regular = output != nullptr && ::fstat(output->descriptor_, &status) == 0 && S_ISREG(status.st_mode);
    if (!regular || ::fchmod(output->descriptor_, for_owner) == 0) return opened;
    return error_of("cannot keep " + path + " to its owner", errno);
}

Output::Output(Output&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      target_(std::move(other.target_)),
      partial_(std::exchange(other.partial_, {})),
      leftover_(other.leftover_),
      mode_(other.mode_),
      owned_(std::exchange(other.owned_, false)),
      is_courtesy_(other.is_courtesy_),
      buffer_(std::exchange(other.buffer_, {})),
      error_(std::move(other.error_)) {}

Output::~Output() {
    flush();
    close();
}

void Output::write(std::string_view bytes) {
    if (buffer_.size() + bytes.size() > buffer_size) flush();
    if (bytes.size() >= buffer_size) {
        write_through(bytes);
    } else {
        buffer_ += bytes;
    }
}

void Output::flush() {
    write_through(buffer_);
    buffer_.clear();
}

void Output::write_through(std::string_view bytes) {
    if (error_ || bytes.empty() || descriptor_ < 0) return;
    if (is_courtesy_) return complain(bytes);
    if (const int number = write_all(descriptor_, bytes)) fail(number);
}

std::optional<OutputError> Output::finish() {
    flush();
    settle();
    if (!error_ && !partial_.empty()) put_in_place();
    close();
    return error_;
}

/// Some file systems tell of a full disk only when a file is closed, but the lock must be held until it is renamed: so
/// a copy of the descriptor is closed.
void Output::settle() {
    if (!owned_ || error_) return;
    const int copy = ::dup(descriptor_);
    if (copy < 0 || ::close(copy) != 0) fail(errno);
}

void Output::put_in_place() {
    if (::rename(partial_.c_str(), target_.c_str()) == 0) {
        partial_.clear();
    } else if (errno != EBUSY && errno != EXDEV) {
        fail(errno);
    } else if (const int number = copy_over(partial_, target_, mode_)) {
        fail(number);
    } else {
        ::unlink(partial_.c_str());
        partial_.clear();
    }
}

/// A file that was not put in place goes before its lock does.
void Output::close() {
    if (!partial_.empty() && leftover_ == Leftover::remove) ::unlink(partial_.c_str());
    partial_.clear();
    if (std::exchange(owned_, false)) ::close(descriptor_);
    descriptor_ = -1;
}

void Output::fail(int number) {
    if (!error_) error_ = error_of("cannot write " + name_, number);
}

}  // namespace connprobe::os
