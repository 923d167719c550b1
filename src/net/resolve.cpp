#include "net/resolve.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <asio/ip/udp.hpp>
#include <iterator>

#include "net/address_order.hpp"

namespace connprobe::net {

namespace {

/// Connecting a UDP socket makes the kernel choose a route and a source; it sends nothing.
std::optional<asio::ip::address> source_for(const asio::ip::address& destination) {
    constexpr unsigned short any_port = 53;
    asio::ip::udp::endpoint endpoint{destination, any_port};
    const int socket = ::socket(endpoint.protocol().family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return {};
    std::optional<asio::ip::address> source;
    if (::connect(socket, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0) {
        auto size = static_cast<socklen_t>(endpoint.capacity());
        if (::getsockname(socket, endpoint.data(), &size) == 0) source = endpoint.address();
    }
    ::close(socket);
    return source;
}

}  // namespace

std::vector<asio::ip::address> in_order(const std::vector<asio::ip::address>& addresses) {
    if (addresses.size() < 2) return addresses;
    std::vector<Candidate> candidates;
    candidates.reserve(addresses.size());
    for (const auto& address : addresses) candidates.push_back({address, source_for(address)});
    return interleaved(sorted(std::move(candidates)));
}

std::vector<asio::ip::address> loopback_addresses(AddressFamily family) {
    return of_family({asio::ip::address_v6::loopback(), asio::ip::address_v4::loopback()}, family);
}

std::vector<asio::ip::address> of_family(const std::vector<asio::ip::address>& addresses, AddressFamily family) {
    std::vector<asio::ip::address> matching;
    std::ranges::copy_if(addresses, std::back_inserter(matching), [&](const auto& address) {
        return family == AddressFamily::any || address.is_v6() == (family == AddressFamily::ipv6);
    });
    return matching;
}

}  // namespace connprobe::net
