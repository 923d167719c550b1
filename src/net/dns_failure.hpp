// The sentences about a question that DNS did not answer with addresses.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "connprobe/failure.hpp"
#include "net/dns_channel.hpp"
#include "net/limit.hpp"

namespace connprobe::net {

/// `asked` are the names that the search list made of `name`.
[[nodiscard]] Failure dns_failure(const std::string& name, const std::vector<std::string>& asked, const DnsReply& reply,
                                  const DnsChannel& channel);

/// A server has refused a question about the name, and `limit` ran out before another answered: what it said tells more
/// than the silence. None if there was no refusal.
[[nodiscard]] std::optional<Failure> refused_before_silence(const std::string& name,
                                                            std::initializer_list<RecordType> types,
                                                            const DnsChannel& channel, const Limit& limit);

/// What this machine could not do; `what` is a clause, `error` an errno.
[[nodiscard]] Failure local_failure(const std::string& name, const std::string& what, int error);

}  // namespace connprobe::net
