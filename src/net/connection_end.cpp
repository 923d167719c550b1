#include "net/connection_end.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>

namespace connprobe::net {

namespace {

std::optional<tcp_info> tcp_state(int descriptor) noexcept {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
    return info;
}

}  // namespace

int end_of_connection(int descriptor) noexcept {
    const auto info = tcp_state(descriptor);
    if (info && info->tcpi_state != TCP_CLOSE) return 0;
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return 0;
    return error == 0 && info ? ECONNRESET : error;
}

int unacknowledged(int descriptor) noexcept {
    int bytes = 0;
    if (!tcp_state(descriptor) || ::ioctl(descriptor, SIOCOUTQ, &bytes) != 0) return 0;
    return bytes;
}

Duration round_trip(int descriptor) noexcept {
    const auto info = tcp_state(descriptor);
    return Duration{info ? info->tcpi_rtt : 0};
}

}  // namespace connprobe::net
