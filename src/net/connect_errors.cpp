#include "net/connect_errors.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace connprobe::net {

namespace {

/// What an errno means for an IP address and for a unix socket; none where the kernel never gives it.
struct ErrnoRow {
    int error;
    std::optional<Code> ip, unix_socket;
};

constexpr std::nullopt_t never = std::nullopt;

// connect(2), socket(2), tcp(7), unix(7), and for what ICMP makes of a socket the kernel's icmp_err_convert (IPv4) and
// icmpv6_err_convert.
constexpr std::array errno_rows = std::to_array<ErrnoRow>({
    {ECONNREFUSED, Code::connection_refused, Code::connection_refused},
    {ETIMEDOUT, Code::connect_timeout, Code::connect_timeout},

    {EHOSTUNREACH, Code::host_unreachable, never},
    {EHOSTDOWN, Code::host_unreachable, never},
    {ENONET, Code::host_unreachable, never},       // ICMP 3/8: source host isolated
    {ENOPROTOOPT, Code::host_unreachable, never},  // ICMP 3/2: protocol unreachable
    {EOPNOTSUPP, Code::host_unreachable, never},   // ICMP 3/5: source route failed
    {EMSGSIZE, Code::host_unreachable, never},     // ICMP 3/4, ICMPv6 2: the packet was too big
    {EPROTO, Code::host_unreachable, never},       // ICMP 12, ICMPv6 4: parameter problem
    {ENODEV, Code::host_unreachable, never},       // the interface went away

    {ENETUNREACH, Code::network_unreachable, never},
    {ENETDOWN, Code::network_unreachable, never},
    {EINVAL, Code::network_unreachable, never},  // a blackhole route, or a link-local address without its interface

    {EACCES, Code::admin_prohibited, Code::permission_denied},  // a prohibit route, ICMPv6 1/1, 1/5, 1/6
    {EPERM, Code::permission_denied, Code::permission_denied},  // the local firewall, a broadcast address

    {ECONNRESET, Code::connection_reset, Code::connection_reset},
    {ECONNABORTED, Code::connection_reset, never},  // somebody closed it with ss -K
    {EPIPE, Code::connection_reset, Code::connection_reset},

    {EAGAIN, Code::no_free_port, Code::backlog_full},  // connect(2) of old kernels says EAGAIN for the ports too
    {EADDRINUSE, Code::no_free_port, never},
    {EAFNOSUPPORT, Code::address_not_available, Code::address_not_available},
    {EPROTONOSUPPORT, Code::address_not_available, Code::address_not_available},

    {ENOENT, never, Code::socket_missing},
    {ENOTDIR, never, Code::socket_missing},
    {ELOOP, never, Code::socket_missing},
    {ENAMETOOLONG, never, Code::socket_missing},
    {ENOTSOCK, never, Code::socket_missing},
    {EPROTOTYPE, never, Code::socket_missing},  // a datagram socket has that path

    {ENOBUFS, Code::out_of_memory, Code::out_of_memory},
    {ENOMEM, Code::out_of_memory, Code::out_of_memory},
    {EMFILE, Code::too_many_open_files, Code::too_many_open_files},
    {ENFILE, Code::too_many_open_files, Code::too_many_open_files},
});

}  // namespace

std::optional<Code> connect_code(int error, const ConnectContext& context) noexcept {
    if (!context.unix_socket && context.icmp && is_prohibition(*context.icmp)) return Code::admin_prohibited;
    // Without a source address of the user's choice the kernel lacks a port, not an address (ip(7), EADDRNOTAVAIL).
    if (error == EADDRNOTAVAIL) return context.source_given ? Code::address_not_available : Code::no_free_port;
    const auto found =
        std::find_if(errno_rows.begin(), errno_rows.end(), [&](const ErrnoRow& row) { return row.error == error; });
    if (found == errno_rows.end()) return std::nullopt;
    return context.unix_socket ? found->unix_socket : found->ip;
}

bool is_prohibition(const Icmp& icmp) noexcept {
    if (icmp.v6) return icmp.type == 1 && (icmp.code == 1 || icmp.code == 5 || icmp.code == 6);
    return icmp.type == 3 && (icmp.code == 9 || icmp.code == 10 || icmp.code == 13);
}

std::string errno_name(int error) {
    const char* name = ::strerrorname_np(error);
    return name != nullptr ? name : "errno " + std::to_string(error);
}

}  // namespace connprobe::net
