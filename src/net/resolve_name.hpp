// What can be said about a host name without asking anybody.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/failure.hpp"

namespace connprobe::net {

/// Why this is no name that could be resolved, if it is not: bad_name. Underscores are let through, for names of
/// containers and of services have them.
[[nodiscard]] std::optional<Failure> reject_name(std::string_view name);

/// `localhost` and all below it: loopback, without a question (RFC 6761 §6.3).
[[nodiscard]] bool is_localhost(std::string_view name);

/// The names that are asked for one after the other until one exists, as resolv.conf(5) has it: with fewer dots than
/// `ndots` those of the search list come first; a trailing dot forbids the list. None of them ends in a dot.
[[nodiscard]] std::vector<std::string> search_candidates(std::string_view name, const std::vector<std::string>& search,
                                                         int ndots);

}  // namespace connprobe::net
