#include "engine/faults.hpp"

#include <set>

#include "check/registry.hpp"
#include "net/peer.hpp"

namespace connprobe::engine {

namespace {

// Why a target cannot even be tried; empty if it can.
std::string fault_of(const Target& target) {
    if (!target.settings) return "no settings";
    if (target.unix_path.empty() && (target.host.empty() || target.port == 0))
        return "no host and port, and no unix path";
    if (!target.unix_path.empty() && !net::unix_peer(target.unix_path))
        return "unix: longer than a path of a socket can be";
    if (!target.address.empty() && !net::literal_peer(target.address, target.port))
        return "address: expected an IP address, found " + target.address;
    if (target.settings->check) {
        if (auto fault = check::fault_of(*target.settings->check); !fault.empty()) return fault;
    }
    if (!target.settings->tls) return target.settings->starttls ? "starttls: without tls" : "";
    for (const auto& protocol : target.settings->tls->alpn)
        if (protocol.empty() || protocol.size() > 255) return "alpn: a name has 1 to 255 bytes (RFC 7301)";
    return {};
}

}  // namespace

std::vector<std::string> faults(std::span<const Target> targets, const ProberOptions& options,
                                net::Authorities& authorities) {
    std::vector<std::string> errors;
    std::set<std::string> told;
    for (const auto& target : targets) {
        if (auto fault = fault_of(target); !fault.empty()) {
            errors.push_back(target.name + ": " + fault);
        } else if (const auto& tls = target.settings->tls) {
            for (auto& error : authorities.faults(*tls))
                if (told.insert(error).second) errors.push_back(target.name + ": " + error);
        }
    }
    if (options.required.of(targets.size()) > targets.size())
        errors.push_back("min_success: " + std::to_string(options.required.of(targets.size())) +
                         " servers must be up, and there are " + std::to_string(targets.size()));
    return errors;
}

}  // namespace connprobe::engine
