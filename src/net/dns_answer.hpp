// The records of a DNS answer that answer its question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/address.hpp"
#include "net/service.hpp"

namespace connprobe::net {

/// The types that are asked for (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 2782).
enum class RecordType : std::uint8_t { a = 1, aaaa = 28, srv = 33 };

/// Takes the addresses of the name that was asked for, or that it is an alias of, out of an answer, in whatever order the
/// aliases and the records stand. `type` is a or aaaa. Returns an ARES_* status.
[[nodiscard]] int parse_addresses(RecordType type, std::span<const unsigned char> reply,
                                  std::vector<asio::ip::address>& addresses);

/// The same with the services.
[[nodiscard]] int parse_services(std::span<const unsigned char> reply, std::vector<Service>& services);

}  // namespace connprobe::net
