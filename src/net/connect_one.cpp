#include "net/connect_one.hpp"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>

#include "net/connect_failure.hpp"
#include "net/own_end.hpp"
#include "net/signal.hpp"

namespace connprobe::net {

namespace {

using std::chrono::duration_cast;

// Descriptors come back when one of our own connections closes; asking for one at once again would spin.
constexpr std::chrono::milliseconds descriptor_pause{5};

Task<int> open_when_possible(Trial& trial, int family) {
    auto& loop = trial.socket.loop();
    for (;;) {
        const bool none_before = loop.sockets.open() == 0;
        const int error = trial.socket.open(family);
        const bool exhausted = error == EMFILE || error == ENFILE;
        // Another thread may have closed its only one since, or opened it.
        if (!exhausted || (none_before && loop.sockets.open() == 0)) co_return error;
        trial.exhausted = true;
        Signal pause{loop};
        const auto waited = co_await pause.wait(Clock::now() + descriptor_pause);
        if (waited == Waited::cancelled || trial.unwanted) co_return ECANCELED;
    }
}

void want_icmp(int descriptor, int family, int wanted) {
    if (family == AF_INET) ::setsockopt(descriptor, IPPROTO_IP, IP_RECVERR, &wanted, sizeof wanted);
    if (family == AF_INET6) ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVERR, &wanted, sizeof wanted);
}

// The errors that routers send are told apart only in the error queue, which must be asked for before the SYN.
void ask_for_icmp(int descriptor, int family) { want_icmp(descriptor, family, 1); }

struct Reported {
    Icmp icmp;
    int error;  // what the kernel makes of it
};

std::optional<Reported> read_icmp(int descriptor) {
    alignas(cmsghdr) char control[512];
    msghdr message{};
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (::recvmsg(descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return std::nullopt;
    for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        const bool v4 = part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR;
        const bool v6 = part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR;
        if (!v4 && !v6) continue;
        const auto* error = reinterpret_cast<const sock_extended_err*>(CMSG_DATA(part));
        if (error->ee_origin != SO_EE_ORIGIN_ICMP && error->ee_origin != SO_EE_ORIGIN_ICMP6) continue;
        return Reported{{v6, error->ee_type, error->ee_code}, static_cast<int>(error->ee_errno)};
    }
    return std::nullopt;
}

int socket_error(int descriptor) {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error;
}

// A connection that is made must outlive what routers say of a single packet (RFC 1122 §4.2.3.9). One that has asked for
// their errors does not (tcp_v4_err() in the kernel), and what they have said of the handshake's last packet waits already.
void ignore_icmp(Socket& socket, int family) {
    if (family == AF_UNIX) return;
    want_icmp(socket.descriptor(), family, 0);
    socket.ended_by(socket_error(socket.descriptor()));
}

// What the kernel knows of a TCP connection, in one call that also says how long the handshake itself took: tcpi_rtt is
// the time from SYN to SYN-ACK, free of our own lateness. Returns the errno of the connect, EINPROGRESS while it goes on.
int judge_tcp(Trial& trial, std::uint16_t port) {
    tcp_info info{};
    socklen_t size = sizeof info;
    const int descriptor = trial.socket.descriptor();
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return errno;
    trial.syn_retransmitted = info.tcpi_total_retrans != 0;
    if (info.tcpi_state == TCP_SYN_SENT || info.tcpi_state == TCP_SYN_RECV) return EINPROGRESS;
    if (info.tcpi_state == TCP_CLOSE) {
        const int error = socket_error(descriptor);
        // A reset after the handshake: a refusal before it would be ECONNREFUSED.
        if (error != 0 && error != ECONNRESET && error != EPIPE) return error;
        trial.socket.ended_by(error);
    }
    if (is_own_end(descriptor, port)) {
        reset_on_close(descriptor);
        return ECONNREFUSED;
    }
    trial.closed_at_once = info.tcpi_state != TCP_ESTABLISHED;
    if (!trial.syn_retransmitted && info.tcpi_rtt != 0) trial.elapsed = Duration{info.tcpi_rtt};
    return 0;
}

int judge(Trial& trial, const Peer& peer) {
    trial.elapsed = trial.seen_after = duration_cast<Duration>(Clock::now() - trial.started);
    if (peer.family() == ConnectedFamily::local) return socket_error(trial.socket.descriptor());
    return judge_tcp(trial, peer.port);
}

}  // namespace

Task<void> connect_one(Trial& trial, const Peer& peer, const Origin& origin, Limit limit) {
    const auto asked = Clock::now();
    int error = co_await open_when_possible(trial, peer.storage.ss_family);
    trial.started = Clock::now();
    trial.waited = duration_cast<Duration>(trial.started - asked);
    limit.at = later(limit.at, trial.waited);  // waiting for a descriptor is not the peer's time
    if (error == 0) trial.failure = bind_to(trial.socket.descriptor(), origin, peer);
    if (error == 0 && !trial.failure) {
        ask_for_icmp(trial.socket.descriptor(), peer.storage.ss_family);
        error = trial.socket.connect(peer.socket_address(), peer.size);
        if (error == 0) error = judge(trial, peer);
    }
    std::optional<Reported> reported;
    while (error == EINPROGRESS) {
        const auto waited = co_await trial.socket.wait_writable(limit.at);
        error = waited == Waited::cancelled ? ECANCELED : trial.socket.is_open() ? judge(trial, peer) : ECANCELED;
        if (error != EINPROGRESS) break;
        // A firewall on this machine rejects while connect() still holds the socket: tcp_v4_err() in the kernel then only
        // queues what was said, and sends the SYN again after a second. Until it is read, the socket seems ready.
        reported = read_icmp(trial.socket.descriptor());
        if (reported) {
            error = reported->error;
        } else if (waited == Waited::expired) {
            trial.failure = connect_timed_out(peer, limit);
            break;
        }
    }
    trial.connected = error == 0 && !trial.failure;
    if (trial.connected) {
        ignore_icmp(trial.socket, peer.storage.ss_family);
        co_return;
    }
    if (error == ECANCELED)
        trial.failure = make_failure(Phase::connect, Code::interrupted, "the attempt was cut short");
    if (!trial.failure) {
        if (!reported) reported = read_icmp(trial.socket.descriptor());
        const auto icmp = reported ? std::optional{reported->icmp} : std::nullopt;
        trial.failure = connect_failure(peer, error, icmp, trial.elapsed, origin.source);
    }
    trial.socket.close();
}

}  // namespace connprobe::net
