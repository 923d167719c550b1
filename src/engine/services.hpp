// Targets that are the name of an SRV record: who they stand for, known only when the DNS has been asked.
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "connprobe/prober.hpp"
#include "connprobe/target.hpp"
#include "net/service.hpp"

namespace connprobe::engine {

/// Is its host the name of an SRV record, which says the port?
[[nodiscard]] bool is_service(const Target& target) noexcept;

/// A server of the record as a target: its name is host:port, behind the record's own name where one was given.
[[nodiscard]] Target target_of(const Target& record, const net::Service& service);

/// Asks for all records at the same time, each within the limits of its target, and puts in the place of each the servers
/// that it names. One that cannot be had, or of whose servers one cannot be probed, stays as well: its attempts ask again,
/// fail with what is wrong, and judge all servers of a record that appears late as one. The other targets wait for that,
/// so it takes 1.5 s at most, and a quarter of the deadline. Blocks; a stop request ends it early.
[[nodiscard]] std::vector<Target> expand_services(std::span<const Target> targets, const ProberOptions& options,
                                                  const std::stop_token& stop);

}  // namespace connprobe::engine
