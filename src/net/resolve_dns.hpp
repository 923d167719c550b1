// The addresses of a name from the hosts file and the DNS.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "net/dns_channel.hpp"
#include "net/resolve.hpp"
#include "net/resolve_hosts.hpp"
#include "net/resolve_waiter.hpp"

namespace connprobe::net {

/// What a thread asks names with, at first need.
struct DnsTools {
    std::shared_ptr<DnsChannel> channel;
    HostsFile hosts;
    std::size_t open = 0;  ///< names that are being asked for
};

/// With the last name goes what nobody waits for, an AAAA that never answers: it must not keep the loop busy.
class OpenQuestions {
public:
    explicit OpenQuestions(DnsTools& tools) : tools_{tools} { ++tools_.open; }
    ~OpenQuestions() {
        if (--tools_.open == 0 && tools_.channel->usable()) tools_.channel->cancel();
    }
    OpenQuestions(const OpenQuestions&) = delete;
    OpenQuestions& operator=(const OpenQuestions&) = delete;

private:
    DnsTools& tools_;
};

/// Asks for A and AAAA at the same time, along the search list. When only one of them has come, the other is waited for
/// 50 ms more (RFC 8305 §3). None when the run ends or nobody wants to know any more: `waiter` is woken when `unwanted`
/// becomes true. How long it takes at most is c-ares' to say; who waits for it has a limit of its own.
[[nodiscard]] Task<std::optional<Answer>> resolve_by_dns(DnsTools& tools, std::string name, AddressFamily family,
                                                         std::shared_ptr<Waiter> waiter,
                                                         const std::atomic<bool>& unwanted);

}  // namespace connprobe::net
