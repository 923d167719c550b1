#include "net/hang_up.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace connprobe::net {

// A reset is told to whoever asks first, and the phase connect did ask: then reading finds an end like any other. Only
// the kernel's state of the connection tells them apart, for we have not closed our side. EPIPE is what tcp_reset()
// leaves in CLOSE_WAIT.
int hang_up_error(int descriptor) noexcept {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || info.tcpi_state != TCP_CLOSE) return 0;
    int error = 0;
    size = sizeof error;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return 0;
    return error == EPIPE ? EPIPE : ECONNRESET;
}

}  // namespace connprobe::net
