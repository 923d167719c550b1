#include "engine/machine.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>

namespace connprobe::engine {

namespace {

// proc(5), /proc/meminfo: "MemAvailable:   23424000 kB".
std::size_t of_machine() {
    std::ifstream file{"/proc/meminfo"};
    std::string key;
    std::size_t kibibytes = 0;
    for (std::string rest; file >> key >> kibibytes && std::getline(file, rest);)
        if (key == "MemAvailable:") return kibibytes * 1024;
    return SIZE_MAX;
}

// The second version of control groups; "max" is no limit, and no number.
std::size_t of_container() {
    std::ifstream most{"/sys/fs/cgroup/memory.max"}, used{"/sys/fs/cgroup/memory.current"};
    std::size_t limit = 0, now = 0;
    if (!(most >> limit) || !(used >> now)) return SIZE_MAX;
    return limit - std::min(limit, now);
}

}  // namespace

std::size_t descriptor_limit() noexcept {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
    return limit.rlim_cur;
}

std::size_t available_memory() { return std::min(of_machine(), of_container()); }

}  // namespace connprobe::engine
