// The records that say where a service is: names and ports, by priority and weight (RFC 2782).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connprobe/failure.hpp"
#include "connprobe/retry.hpp"

namespace connprobe::net {

struct Service {
    std::string host;  ///< without a dot at its end; "" says that the service is not there at all
    std::uint16_t port = 0;
    std::uint16_t priority = 0, weight = 0;

    friend bool operator==(const Service&, const Service&) = default;
};

/// What asking for them came to: services, a failure, or both where only some of the records are wrong.
struct ServiceAnswer {
    std::vector<Service> services;
    std::optional<Failure> failure;
    Duration asked{};
};

/// The smallest priority first, then the largest weight: in the order in which most clients come. (Clients draw by weight;
/// who probes all of them need not, and the same record gives the same order.) What stands there twice, or cannot
/// be probed, is left out.
[[nodiscard]] std::vector<Service> in_order(std::vector<Service> services);

/// What is wrong with the records of a name: they name no server at all, or one that cannot be probed.
[[nodiscard]] std::optional<Failure> reject_services(const std::string& name, const std::vector<Service>& services);

}  // namespace connprobe::net
