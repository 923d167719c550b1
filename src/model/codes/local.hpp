// What is known of the codes of class local, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_local = std::to_array<CodeInfo>({
    {Code::too_many_open_files, "too_many_open_files", local, heals,
     "This machine or process had no file descriptor left for the connection.",
     "raise the limit (`ulimit -n`) or lower --max-concurrent",
     "Usual causes: a low limit of descriptors in the shell, container or unit; more connections at once than it "
     "allows; other programs that use up the limit of the whole machine.\n"
     "What to try: For good: LimitNOFILE= in a systemd unit, /etc/security/limits.conf for logins."},
    {Code::no_free_port, "no_free_port", local, heals, "This machine had no free local port for the connection.",
     "lower --max-concurrent, or widen net.ipv4.ip_local_port_range",
     "Usual causes: tens of thousands of connections to one address and port within a minute (each port rests in "
     "TIME_WAIT for 60 seconds); a narrow port range; for an IPv6 address, IPv6 that is switched off.\n"
     "What to try: Ports are used again sooner with `sysctl net.ipv4.tcp_tw_reuse=1`; each further source address has "
     "as many ports again."},
    {Code::address_not_available, "address_not_available", local, heals,
     "This machine cannot use an address of that kind.",
     "check with `ip -br address` that this machine has an address of that family",
     "Usual causes: an IPv6 address on a machine or in a container whose kernel has no IPv6; a source address that "
     "this machine does not have.\n"
     "What to try: Is IPv6 off: `sysctl net.ipv6.conf.all.disable_ipv6`. If IPv4 would do, `-4`."},
    {Code::out_of_memory, "out_of_memory", local, heals, "This machine had no memory left for the connection.",
     "look at `free -m` and at the memory limit of the container or unit",
     "Usual causes: a container or unit with a small memory limit; socket buffers of very many connections "
     "(net.ipv4.tcp_mem); a machine that is out of memory.\n"
     "What to try: Who ran out: `dmesg | tail`. A smaller --max-concurrent needs less."},
    {Code::permission_denied, "permission_denied", local, stays, "This machine does not permit the connection.",
     "for a unix socket look at `ls -l` of it and its directories; for an address at the local firewall",
     "Usual causes: a unix socket, or a directory on the way to it, that is closed to this user; a rule of the local "
     "firewall that rejects what is sent; SELinux, AppArmor, a sandbox.\n"
     "What to try: What SELinux forbade: `ausearch -m avc -ts recent`. Try it as another user."},
});

}  // namespace connprobe::codes
