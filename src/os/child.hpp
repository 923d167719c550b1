// A program that runs beside this one, maybe with descriptors handed to it, and is heard of when it ends.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "os/exec.hpp"

namespace connprobe::os {

/// A descriptor for the program, and the name it is announced by.
struct Passed {
    int descriptor;
    std::string name;
};

/// LISTEN_FDNAMES of sd_listen_fds(3): the names with a colon between; in them colons and control characters are
/// underscores, as is what goes beyond 255 bytes.
[[nodiscard]] std::string listen_names(const std::vector<Passed>& passed);

/// Runs the program in a process of its own, which gets the process as this one got it; what is passed becomes its
/// descriptors 3, 4, …, blocking, by the convention of sd_listen_fds(3). The caller still closes its own copies.
[[nodiscard]] std::variant<pid_t, ExecFailure> start_child(const std::string& path,
                                                           const std::vector<std::string>& arguments,
                                                           const StartState& start, const std::vector<Passed>& passed);

/// Waits for a child on a thread of its own. As process 1, whose children all orphans become, it collects those too.
class ChildWait {
public:
    /// `ended` is called on that thread, with the exit status as a shell shows it: 128 and the number of a signal.
    ChildWait(pid_t child, std::function<void(int exit_status)> ended);

private:
    std::jthread waiter_;
};

}  // namespace connprobe::os
