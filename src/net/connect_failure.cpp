#include "net/connect_failure.hpp"

#include <netinet/in.h>
#include <sys/stat.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "model/readable.hpp"

namespace connprobe::net {

namespace {

std::string icmp_text(const Icmp& icmp) {
    return std::string{icmp.v6 ? "ICMPv6 " : "ICMP "} + std::to_string(icmp.type) + "/" + std::to_string(icmp.code);
}

std::string missing(int error) {
    if (error == ENOTSOCK) return " is not a socket";
    if (error == ELOOP) return " is a loop of symbolic links";
    return error == EPROTOTYPE ? " is not a stream socket" : " does not exist";
}

// Where IPv6 is switched off the kernel says what it says when the ports are used up: EADDRNOTAVAIL.
std::string lacking(const Peer& peer) {
    return peer.family() == ConnectedFamily::ipv6 ? "no free port, or no IPv6 address," : "no free port";
}

// Linux refuses a connection to a file that is no socket as if nobody listened there (unix_find_bsd in af_unix.c).
bool is_other_file(const Peer& peer) {
    struct stat found{};
    if (peer.family() != ConnectedFamily::local || peer.address.starts_with('@')) return false;
    return ::stat(peer.address.c_str(), &found) == 0 && !S_ISSOCK(found.st_mode);
}

std::string sentence(const Peer& peer, Code code, int error, const std::optional<Icmp>& icmp, Duration elapsed) {
    const auto where = peer.text();
    const auto why = " (" + (icmp ? icmp_text(*icmp) : errno_name(error)) + ")";
    switch (code) {
        case Code::connection_refused: return where + " refused the connection" + (icmp ? why : "");
        case Code::connect_timeout:
            return "no answer from " + where + ": the kernel gave up after " + readable(elapsed);
        case Code::host_unreachable: return "the host of " + where + " is unreachable" + why;
        case Code::network_unreachable: return "no route to " + where + why;
        case Code::admin_prohibited: return "a router or firewall forbids the connection to " + where + why;
        case Code::backlog_full: return "the queue of " + where + " has no room for another connection" + why;
        case Code::socket_missing: return where + missing(error) + why;
        case Code::permission_denied: return "this user may not connect to " + where + why;
        case Code::no_free_port: return "this machine has " + lacking(peer) + " for a connection to " + where + why;
        case Code::address_not_available: return "this machine has no address to reach " + where + " from" + why;
        case Code::out_of_memory: return "the kernel has no memory for a connection to " + where + why;
        case Code::too_many_open_files: return "no descriptor is free for a connection to " + where + why;
        default: return "the connection to " + where + " failed" + why;
    }
}

// RFC 792, RFC 4443: "time to live exceeded in transit", "hop limit exceeded in transit".
bool hops_ran_out(const Icmp& icmp) { return icmp.type == (icmp.v6 ? 3 : 11) && icmp.code == 0; }

// Better than the code's own where the facts allow it.
std::string hint(const Peer& peer, Code code, const std::optional<Icmp>& icmp) {
    if (icmp && hops_ran_out(*icmp))
        return "the packets went through too many routers, in a loop perhaps: see with `traceroute " + peer.address +
               "`";
    // A host without such a server answers with a reset.
    if (icmp && code == Code::connection_refused)
        return "a firewall rejects connections like this, the host itself would not: look at the rules of " +
               peer.address + " and of the routers before it";
    if (code == Code::no_free_port && peer.family() == ConnectedFamily::ipv6)
        return "see with `ip -6 -br address` whether IPv6 is on here; if it is, lower --max-concurrent";
    if (code == Code::permission_denied)
        return peer.family() == ConnectedFamily::local
                   ? "let this user read and write the socket, and enter each directory on the way to it"
                   : "look at the output rules of the firewall on this machine, and at what confines this program";
    if (code != Code::connection_refused) return {};
    if (peer.family() == ConnectedFamily::local && peer.address.starts_with('@'))
        return "no process listens on " + peer.address + " in this network namespace: is the server running?";
    if (peer.family() == ConnectedFamily::local)
        return "the file is there, but no process listens on it: it was left behind by a server that ended, or its "
               "server has not begun to listen; `ss -lx` lists who listens";
    return "see whether the server runs, and listens on port " + std::to_string(peer.port) + " of " + peer.address +
           ", not only on another port or address";
}

// fe80::1 is on every link: without the interface, or with one that is not there, the kernel says EINVAL.
std::optional<Failure> zone_failure(const Peer& peer, int error) {
    sockaddr_in6 v6{};
    if (error != EINVAL || peer.family() != ConnectedFamily::ipv6) return std::nullopt;
    std::memcpy(&v6, &peer.storage, sizeof v6);
    if (!IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr) || v6.sin6_scope_id != 0) return std::nullopt;
    const auto percent = peer.address.find('%');
    if (percent == std::string::npos)
        return make_failure(
            Phase::connect, Code::network_unreachable,
            peer.text() + " is a link-local address without its interface (EINVAL)",
            "write [" + peer.address + "%eth0]:" + std::to_string(peer.port) + "; `ip -br link` lists the interfaces");
    return make_failure(Phase::connect, Code::network_unreachable,
                        "this machine has no interface " + peer.address.substr(percent + 1) + ", through which " +
                            peer.text() + " would be reached (EINVAL)",
                        "`ip -br link` lists the interfaces");
}

}  // namespace

Failure connect_failure(const Peer& peer, int error, std::optional<Icmp> icmp, Duration elapsed,
                        std::string_view source) {
    const bool local = peer.family() == ConnectedFamily::local;
    if (error == ECONNREFUSED && is_other_file(peer)) error = ENOTSOCK;
    const auto known = connect_code(error, {.unix_socket = local, .source_given = !source.empty(), .icmp = icmp});
    assert(known && "an errno of connect(2) has no row in the table");
    const auto code = known.value_or(Code::host_unreachable);
    if (auto failure = zone_failure(peer, error)) return std::move(*failure);
    // The address itself was bound before (bind_to), so it is a port of it that is lacking.
    if (error == EADDRNOTAVAIL && !source.empty())
        return make_failure(Phase::connect, code,
                            "the source address " + std::string{source} + " has no free port for a connection to " +
                                peer.text() + " (EADDRNOTAVAIL)",
                            "lower --max-concurrent, or give the interface instead (--interface)");
    return make_failure(Phase::connect, code, sentence(peer, code, error, icmp, elapsed), hint(peer, code, icmp));
}

Failure connect_timed_out(const Peer& peer, const Limit& limit) {
    auto message = "no answer from " + peer.text();
    if (!limit.name.empty()) message += " within " + readable(limit.length) + " (" + std::string{limit.name} + ")";
    return make_failure(Phase::connect, Code::connect_timeout, std::move(message));
}

}  // namespace connprobe::net
