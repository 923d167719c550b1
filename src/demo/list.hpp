// The list of the demo's servers, as a newcomer reads it and the program does.
#pragma once

#include <span>
#include <string>

#include "demo/servers.hpp"

namespace connprobe::demo {

/// YAML for a file beside the servers' sockets and `ca_file`; one line a server, each with what it does.
[[nodiscard]] std::string server_list(std::span<const Server> servers);

}  // namespace connprobe::demo
