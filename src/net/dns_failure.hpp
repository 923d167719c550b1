// The sentences about a question that DNS did not answer with addresses.
#pragma once

#include <string>
#include <vector>

#include "connprobe/failure.hpp"
#include "net/dns_channel.hpp"

namespace connprobe::net {

/// `asked` are the names that the search list made of `name`.
[[nodiscard]] Failure dns_failure(const std::string& name, const std::vector<std::string>& asked, const DnsReply& reply,
                                  const DnsChannel& channel);

/// What this machine could not do; `what` is a clause, `error` an errno.
[[nodiscard]] Failure local_failure(const std::string& name, const std::string& what, int error);

}  // namespace connprobe::net
