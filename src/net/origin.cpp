#include "net/origin.hpp"

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "net/connect_errors.hpp"

namespace connprobe::net {

namespace {

template <class Value>
int set_option(int descriptor, int level, int option, const Value& value) {
    return ::setsockopt(descriptor, level, option, &value, sizeof value) == 0 ? 0 : errno;
}

/// Since Linux 5.7 anybody may do this; before, only who has CAP_NET_RAW.
int bind_to_device(int descriptor, const std::string& name) {
    const auto size = static_cast<socklen_t>(name.size());
    return ::setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, name.data(), size) == 0 ? 0 : errno;
}

/// Anybody may do this: the route is looked up on that interface (ip(7); both take the index in network order).
int route_by(int descriptor, const std::string& name, bool v6) {
    const auto index = ::if_nametoindex(name.c_str());
    if (index == 0) return errno;
    const auto in_network_order = htonl(index);
    return v6 ? set_option(descriptor, IPPROTO_IPV6, IPV6_UNICAST_IF, in_network_order)
              : set_option(descriptor, IPPROTO_IP, IP_UNICAST_IF, in_network_order);
}

int use_interface(int descriptor, const std::string& name, bool v6) {
    const int error = bind_to_device(descriptor, name);
    if (error != EPERM) return error;
    return route_by(descriptor, name, v6) == 0 ? 0 : error;
}

int use_source(int descriptor, const std::string& source) {
    const auto address = literal_peer(source, 0);
    if (!address) return EADDRNOTAVAIL;
    // The port is chosen when it connects, so that one source serves as many connections as there are ports to a peer.
    static_cast<void>(set_option(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, int{1}));
    return ::bind(descriptor, address->socket_address(), address->size) == 0 ? 0 : errno;
}

Code code_of(int error) {
    switch (error) {
        case EPERM:
        case EACCES: return Code::permission_denied;
        case ENOMEM:
        case ENOBUFS: return Code::out_of_memory;
        default: return Code::address_not_available;
    }
}

}  // namespace

Failure origin_failure(const Origin& origin, bool device, int error) {
    const auto code = code_of(error);
    const auto why = " (" + errno_name(error) + ')';
    if (device && code == Code::permission_denied)
        return make_failure(Phase::connect, code, "this user may not use the interface " + origin.interface + why,
                            "give connprobe CAP_NET_RAW, or use --source with an address of the interface");
    if (device)
        return make_failure(Phase::connect, code,
                            error == ENODEV ? "this machine has no interface " + origin.interface + why
                                            : "the interface " + origin.interface + " cannot be used" + why,
                            "`ip -br link` lists the interfaces");
    return make_failure(Phase::connect, code,
                        error == EADDRNOTAVAIL ? "this machine does not have the source address " + origin.source + why
                                               : "the source address " + origin.source + " cannot be used" + why,
                        "`ip -br address` lists the addresses of this machine");
}

std::optional<Failure> bind_to(int descriptor, const Origin& origin, const Peer& peer) {
    if (peer.family() == ConnectedFamily::local) return std::nullopt;
    if (!origin.interface.empty()) {
        const int error = use_interface(descriptor, origin.interface, peer.family() == ConnectedFamily::ipv6);
        if (error != 0) return origin_failure(origin, true, error);
    }
    if (!origin.source.empty()) {
        const int error = use_source(descriptor, origin.source);
        if (error != 0) return origin_failure(origin, false, error);
    }
    return std::nullopt;
}

}  // namespace connprobe::net
