#include "net/service.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "net/resolve_name.hpp"

namespace connprobe::net {

namespace {

std::string quoted_name(const std::string& text) { return '"' + text + '"'; }

/// What a service cannot be probed for, as a clause about its record; empty if it can.
std::string fault_of(const Service& service) {
    in_addr address{};
    if (service.port == 0) return " names " + service.host + " with port 0";
    if (::inet_pton(AF_INET, service.host.c_str(), &address) == 1)
        return " names the address " + service.host + " where it must name a host";
    const auto bad = reject_name(service.host);
    return bad ? " names no host: " + bad->message : "";
}

bool is_none(const Service& service) { return service.host.empty(); }

}  // namespace

std::vector<Service> in_order(std::vector<Service> services) {
    const auto place = [](const Service& one) { return std::tie(one.host, one.port); };
    std::ranges::sort(services, {}, [](const Service& one) {
        return std::tuple{one.priority, -static_cast<int>(one.weight), one.host, one.port};
    });
    std::vector<Service> kept;
    for (auto& one : services) {
        const bool is_known = std::ranges::any_of(kept, [&](const Service& k) { return place(k) == place(one); });
        if (!is_none(one) && fault_of(one).empty() && !is_known) kept.push_back(std::move(one));
    }
    return kept;
}

std::optional<Failure> reject_services(const std::string& name, const std::vector<Service>& services) {
    if (std::ranges::all_of(services, is_none))
        return make_failure(
            Phase::resolve, Code::no_address,
            quoted_name(name) + ": the SRV record says that the service is not offered here (its target is \".\")",
            "ask whoever runs the domain; RFC 2782 has \".\" for a service that is decidedly absent");
    for (const auto& one : services) {
        const auto fault = is_none(one) ? std::string{} : fault_of(one);
        if (!fault.empty())
            return make_failure(Phase::resolve, Code::dns_bad_reply, quoted_name(name) + ": the SRV record" + fault,
                                one.port == 0 ? "correct the record: a port is from 1 to 65535"
                                              : "correct the record: its target is the name of a host");
    }
    return std::nullopt;
}

}  // namespace connprobe::net
