#include "net/own_end.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace connprobe::net {

namespace {

struct SocketEnd {
    sockaddr_storage address{};
    socklen_t size = sizeof address;  // 0: not known
};

template <class Ask>
SocketEnd address_of(int descriptor, Ask ask) noexcept {
    SocketEnd end;
    if (ask(descriptor, reinterpret_cast<sockaddr*>(&end.address), &end.size) != 0) end.size = 0;
    return end;
}

// It stands at the same place in both families.
std::uint16_t port_of(const SocketEnd& end) noexcept {
    sockaddr_in v4{};
    std::memcpy(&v4, &end.address, sizeof v4);
    return ntohs(v4.sin_port);
}

}  // namespace

bool is_own_end(int descriptor, std::uint16_t port) noexcept {
    const auto own = address_of(descriptor, ::getsockname);
    if (own.size == 0 || port_of(own) != port) return false;
    const auto other = address_of(descriptor, ::getpeername);
    return own.size == other.size && std::memcmp(&own.address, &other.address, own.size) == 0;
}

void reset_on_close(int descriptor) noexcept {
    const linger at_once{1, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace connprobe::net
