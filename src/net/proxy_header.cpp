#include "net/proxy_header.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <optional>

namespace connprobe::net {

namespace {

using namespace std::string_view_literals;

struct End {
    std::string address;  // as a literal
    std::string bytes;    // of it, in network order
    std::uint16_t port = 0;
};

template <typename Address>
std::string bytes_of(const Address& address) {
    return {reinterpret_cast<const char*>(&address), sizeof address};
}

End end_of(const Peer& peer) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (peer.storage.ss_family == AF_INET) {
        sockaddr_in ip{};
        std::memcpy(&ip, &peer.storage, sizeof ip);
        ::inet_ntop(AF_INET, &ip.sin_addr, text.data(), text.size());
        return {text.data(), bytes_of(ip.sin_addr), ntohs(ip.sin_port)};
    }
    sockaddr_in6 ip{};
    std::memcpy(&ip, &peer.storage, sizeof ip);
    ::inet_ntop(AF_INET6, &ip.sin6_addr, text.data(), text.size());
    return {text.data(), bytes_of(ip.sin6_addr), ntohs(ip.sin6_port)};
}

std::string two_bytes(std::size_t number) {
    return {static_cast<char>(number >> 8U & 0xFFU), static_cast<char>(number & 0xFFU)};
}

bool is_ip(const Peer& peer) { return peer.storage.ss_family == AF_INET || peer.storage.ss_family == AF_INET6; }

std::string line(const Peer& from, const Peer& to) {
    if (!is_ip(to)) return "PROXY UNKNOWN\r\n";
    const auto source = end_of(from), destination = end_of(to);
    const std::string family = to.storage.ss_family == AF_INET ? "TCP4 " : "TCP6 ";
    return "PROXY " + family + source.address + ' ' + destination.address + ' ' + std::to_string(source.port) + ' ' +
           std::to_string(destination.port) + "\r\n";
}

std::string binary(const Peer& from, const Peer& to) {
    constexpr auto signature = "\r\n\r\n\0\r\nQUIT\n"sv;
    constexpr char local = 0x20, proxied = 0x21;           // version 2 and the command
    constexpr char tcp4 = 0x11, tcp6 = 0x21, unknown = 0;  // family and transport
    std::string header{signature};
    if (!is_ip(to)) return header + local + unknown + two_bytes(0);
    const auto source = end_of(from), destination = end_of(to);
    const auto ends = source.bytes + destination.bytes + two_bytes(source.port) + two_bytes(destination.port);
    header += proxied;
    header += to.storage.ss_family == AF_INET ? tcp4 : tcp6;
    return header + two_bytes(ends.size()) + ends;
}

std::optional<Peer> known(int descriptor, int (*ask)(int, sockaddr*, socklen_t*)) {
    Peer peer;
    peer.size = sizeof peer.storage;
    if (ask(descriptor, reinterpret_cast<sockaddr*>(&peer.storage), &peer.size) != 0) return std::nullopt;
    return peer;
}

}  // namespace

std::string proxy_header(ProxyProtocol version, const Peer& from, const Peer& to) {
    return version == ProxyProtocol::v1 ? line(from, to) : binary(from, to);
}

std::string proxy_header(ProxyProtocol version, int descriptor) {
    const auto from = known(descriptor, ::getsockname), to = known(descriptor, ::getpeername);
    return from && to ? proxy_header(version, *from, *to) : std::string{};
}

}  // namespace connprobe::net
