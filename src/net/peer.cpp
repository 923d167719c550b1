#include "net/peer.hpp"

#include <netinet/in.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

namespace connprobe::net {

ConnectedFamily Peer::family() const noexcept {
    switch (storage.ss_family) {
        case AF_INET: return ConnectedFamily::ipv4;
        case AF_INET6: return ConnectedFamily::ipv6;
        default: return ConnectedFamily::local;
    }
}

std::string Peer::text() const {
    switch (storage.ss_family) {
        case AF_INET: return address + ":" + std::to_string(port);
        case AF_INET6: return "[" + address + "]:" + std::to_string(port);
        default: return address;
    }
}

Peer ip_peer(const asio::ip::address& address, std::uint16_t port) {
    Peer peer;
    peer.address = address.to_string();
    peer.port = port;
    if (address.is_v4()) {
        sockaddr_in ip{};
        ip.sin_family = AF_INET;
        ip.sin_port = htons(port);
        ip.sin_addr.s_addr = htonl(address.to_v4().to_uint());
        std::memcpy(&peer.storage, &ip, sizeof ip);
        peer.size = sizeof ip;
    } else {
        sockaddr_in6 ip{};
        ip.sin6_family = AF_INET6;
        ip.sin6_port = htons(port);
        ip.sin6_scope_id = static_cast<std::uint32_t>(address.to_v6().scope_id());
        const auto bytes = address.to_v6().to_bytes();
        std::memcpy(&ip.sin6_addr, bytes.data(), bytes.size());
        std::memcpy(&peer.storage, &ip, sizeof ip);
        peer.size = sizeof ip;
    }
    return peer;
}

std::optional<Peer> literal_peer(const std::string& literal, std::uint16_t port) {
    std::error_code error;
    const auto address = asio::ip::make_address(literal, error);
    if (error) return std::nullopt;
    auto peer = ip_peer(address, port);
    if (literal.find('%') != std::string::npos)
        peer.address = literal;  // an interface that is not there is told by name
    return peer;
}

std::optional<Peer> unix_peer(const std::string& path) {
    sockaddr_un local{};
    const bool abstract = path.starts_with('@');  // such a name begins with a NUL, a path ends with one
    if (path.empty() || path.size() + (abstract ? 0 : 1) > sizeof local.sun_path) return std::nullopt;
    local.sun_family = AF_UNIX;
    std::memcpy(local.sun_path, path.data(), path.size());
    if (abstract) local.sun_path[0] = '\0';
    Peer peer;
    peer.address = path;
    std::memcpy(&peer.storage, &local, sizeof local);
    peer.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1));
    return peer;
}

}  // namespace connprobe::net
