#include "net/service.hpp"

#include <ares.h>

#include <algorithm>
#include <memory>
#include <tuple>

#include "model/text.hpp"
#include "net/resolve_name.hpp"

namespace connprobe::net {

namespace {

struct FreeServices {
    void operator()(ares_srv_reply* data) const noexcept { ares_free_data(data); }
};

std::string quoted_name(const std::string& text) { return '"' + text + '"'; }

}  // namespace

int parse_services(std::span<const unsigned char> reply, std::vector<Service>& services) {
    ares_srv_reply* first = nullptr;
    const int status = ares_parse_srv_reply(reply.data(), static_cast<int>(reply.size()), &first);
    const std::unique_ptr<ares_srv_reply, FreeServices> owner{first};
    if (status != ARES_SUCCESS) return status;
    for (const auto* one = first; one != nullptr; one = one->next) {
        std::string host{one->host};
        if (host.ends_with('.')) host.pop_back();
        services.push_back({lower_case(host), one->port, one->priority, one->weight});
    }
    return services.empty() ? ARES_ENODATA : ARES_SUCCESS;
}

std::vector<Service> in_order(std::vector<Service> services) {
    const auto place = [](const Service& one) { return std::tie(one.host, one.port); };
    std::ranges::sort(services, {}, [](const Service& one) {
        return std::tuple{one.priority, -static_cast<int>(one.weight), one.host, one.port};
    });
    std::vector<Service> kept;
    for (auto& one : services) {
        const bool is_known = std::ranges::any_of(kept, [&](const Service& k) { return place(k) == place(one); });
        if (!one.host.empty() && !is_known) kept.push_back(std::move(one));
    }
    return kept;
}

std::optional<Failure> reject_services(const std::string& name, const std::vector<Service>& services) {
    const auto is_none = [](const Service& one) { return one.host.empty(); };
    if (std::ranges::all_of(services, is_none))
        return make_failure(
            Phase::resolve, Code::no_address,
            quoted_name(name) + ": the SRV record says that the service is not offered here (its target is \".\")",
            "ask whoever runs the domain; RFC 2782 has \".\" for a service that is decidedly absent");
    for (const auto& one : services) {
        if (is_none(one)) continue;
        if (one.port == 0)
            return make_failure(Phase::resolve, Code::dns_bad_reply,
                                quoted_name(name) + ": the SRV record names " + one.host + " with port 0",
                                "correct the record: a port is from 1 to 65535");
        if (auto bad = reject_name(one.host))
            return make_failure(Phase::resolve, Code::dns_bad_reply,
                                quoted_name(name) + ": the SRV record names no host: " + bad->message,
                                "correct the record: its target is the name of a host");
    }
    return std::nullopt;
}

}  // namespace connprobe::net
