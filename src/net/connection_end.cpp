#include "net/connection_end.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace connprobe::net {

int end_of_connection(int descriptor) noexcept {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || info.tcpi_state != TCP_CLOSE) return 0;
    int error = 0;
    size = sizeof error;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return 0;
    return error == EPIPE ? EPIPE : ECONNRESET;  // EPIPE: tcp_reset() in CLOSE_WAIT
}

}  // namespace connprobe::net
