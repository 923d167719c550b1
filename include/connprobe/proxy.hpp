// A way to a server that leads through another one: the proxy, and what is said about ourselves to a server behind one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace connprobe {

enum class ProxyType : std::uint8_t {
    http,     ///< CONNECT (RFC 9110 §9.3.6)
    https,    ///< the same over TLS
    socks5,   ///< RFC 1928; the target's name is resolved here
    socks5h,  ///< the same; the proxy resolves it
};

/// As in the scheme of its URL.
[[nodiscard]] std::string_view to_string(ProxyType type) noexcept;

struct Proxy {
    ProxyType type = ProxyType::http;
    std::string host;  ///< a name or an address literal without brackets
    std::uint16_t port = 0;
    std::string username{};  ///< with the password: sent when one of them is not empty
    std::string password{};
    std::string ca_file{};  ///< of https: PEM file of the only authorities to trust; empty: the system's
    std::string ca_dir{};   ///< of https: directory of authorities under hashed names, alone or beside `ca_file`

    friend bool operator==(const Proxy&, const Proxy&) = default;
};

/// The header that tells a server behind a balancer who its client is
/// (https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt).
enum class ProxyProtocol : std::uint8_t {
    v1 = 1,  ///< a line of text
    v2 = 2,  ///< binary
};

}  // namespace connprobe
