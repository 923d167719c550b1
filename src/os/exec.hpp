// Becoming another program: it is found as a shell would find it, and gets the process as this one got it.
#pragma once

#include <sys/resource.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

namespace connprobe::os {

struct ExecFailure {
    int exit_status = 0;  ///< 127: there is no such program; 126: it cannot be run
    std::string message;  ///< "pg_dump: not found"
};

struct FoundProgram {
    std::string path;
    std::optional<ExecFailure> failure;  ///< then there is no path
};

/// Looks where execvp(3) would: a name with a slash is a path, any other is searched for in PATH.
[[nodiscard]] FoundProgram find_program(const std::string& name);

/// What connprobe changes of its own process while it works: the signal mask and the limit of descriptors. Signal
/// dispositions and the environment are never changed, and all descriptors that it opens close themselves.
class StartState {
public:
    StartState() noexcept;  ///< as it is now, before anything is changed
    void restore() const noexcept;

private:
    sigset_t mask_{};
    rlimit descriptors_{};
};

/// Runs the program in this process, which was `start` before. Returns only if that fails. A text file without `#!` is
/// run by /bin/sh, as by a shell and execvp(3).
[[nodiscard]] ExecFailure become(const std::string& path, const std::vector<std::string>& arguments,
                                 const StartState& start);

}  // namespace connprobe::os
