// Where a service is, asked of the DNS: getaddrinfo has no such question.
#pragma once

#include <string>

#include "net/limit.hpp"
#include "net/resolve_dns.hpp"
#include "net/service.hpp"

namespace connprobe::net {

/// Asks for the SRV records of a name, along the search list. When `limit` runs out the failure is dns_timeout, when the
/// run ends interrupted. `tools` must stay until then.
[[nodiscard]] Task<ServiceAnswer> resolve_services(DnsTools& tools, Loop& loop, std::string name, Limit limit);

}  // namespace connprobe::net
