// The parts of c-ares' interface that turn its structures into ours.
#pragma once

#include <ares.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "net/address.hpp"

namespace connprobe::net {

/// Is it a reply, with a code that c-ares knows? It asks neither: a question that comes back, or the code NOTAUTH, would be
/// a name without records. Returns an ARES_* status; `code` is the RCODE of one that it does not know (RFC 6895 §2.3).
[[nodiscard]] int check_header(std::span<const unsigned char> reply, int& code);

/// Takes the addresses out of an answer. Returns an ARES_* status.
[[nodiscard]] int parse_addresses(bool v6, std::span<const unsigned char> reply,
                                  std::vector<asio::ip::address>& addresses);

/// "127.0.0.1:5353"; the port only where it is not 53.
[[nodiscard]] std::string server_text(const sockaddr& address);

/// All servers of a channel, with commas.
[[nodiscard]] std::string servers_text(ares_channel channel);

[[nodiscard]] std::size_t server_count(ares_channel channel);

/// Replaces the servers of resolv.conf. Returns an ARES_* status.
[[nodiscard]] int use_server(ares_channel channel, const std::string& address, std::uint16_t port);

}  // namespace connprobe::net
