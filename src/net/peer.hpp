// Where one socket connects to: an IP address and port, or the path of a unix socket.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "connprobe/result.hpp"
#include "net/address.hpp"

namespace connprobe::net {

struct Peer {
    sockaddr_storage storage{};
    socklen_t size = 0;
    std::string address;  ///< a literal without brackets, or the path
    std::uint16_t port = 0;

    [[nodiscard]] const sockaddr* socket_address() const noexcept {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
    [[nodiscard]] ConnectedFamily family() const noexcept;

    /// As people write it: "10.0.0.5:5432", "[::1]:443", "/run/app.sock".
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] Peer ip_peer(const asio::ip::address& address, std::uint16_t port);

/// None if the text is not an address literal (IPv6 without brackets, with or without a scope).
[[nodiscard]] std::optional<Peer> literal_peer(const std::string& literal, std::uint16_t port);

/// None if the path does not fit into a socket address (107 bytes). A path that begins with '@' is in the abstract
/// namespace (unix(7)).
[[nodiscard]] std::optional<Peer> unix_peer(const std::string& path);

}  // namespace connprobe::net
