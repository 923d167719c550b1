// Which resolver gives what every other program on this machine gets.
#pragma once

#include <optional>
#include <string_view>

namespace connprobe::net {

/// Can DNS and the hosts file alone answer as the system would? They can where the `hosts:` line of nsswitch.conf names
/// nothing but `files` and `dns`, and `myhostname` too if the hosts file holds the machine's own name. Without the file,
/// or without such a line, the system uses just those two. An action in brackets is left to the system.
[[nodiscard]] bool dns_is_enough(std::optional<std::string_view> nsswitch, std::string_view hosts,
                                 std::string_view host_name);

}  // namespace connprobe::net
