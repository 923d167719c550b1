// The parts of c-ares' interface that turn its structures into ours.
#pragma once

#include <ares.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace connprobe::net {

/// Is it a reply, with a code that c-ares knows? It asks neither: a question that comes back, or the code NOTAUTH, would be
/// a name without records. Returns an ARES_* status; `code` is the RCODE of one that it does not know (RFC 6895 §2.3).
[[nodiscard]] int check_header(std::span<const unsigned char> reply, int& code);

/// An answer without an error that had no room in its datagram: the whole is to be had over TCP (RFC 1035 §4.2.1).
[[nodiscard]] bool is_cut_short(std::span<const unsigned char> reply) noexcept;

/// Does a resolv.conf want all questions over TCP (resolv.conf(5), use-vc)? c-ares 1.18 does not look.
[[nodiscard]] bool wants_tcp(std::string_view resolv_conf);

/// "127.0.0.1:5353"; the port only where it is not 53.
[[nodiscard]] std::string server_text(const sockaddr& address);

/// All servers of a channel, with commas.
[[nodiscard]] std::string servers_text(ares_channel channel);

[[nodiscard]] std::size_t server_count(ares_channel channel);

/// Moves the server of that text (server_text) before the others; one that is not there is none to move.
void prefer_server(ares_channel channel, const std::string& text);

/// Replaces the servers of resolv.conf. Returns an ARES_* status.
[[nodiscard]] int use_server(ares_channel channel, const std::string& address, std::uint16_t port);

}  // namespace connprobe::net
