#include "engine/faults.hpp"

#include <set>
#include <utility>

#include "check/registry.hpp"
#include "engine/services.hpp"
#include "model/secrets.hpp"
#include "net/peer.hpp"
#include "net/proxy_route.hpp"

namespace connprobe::engine {

namespace {

// Why a target cannot even be tried; empty if it can.
std::string fault_of(const Target& target) {
    if (!target.settings) return "no settings";
    if (target.unix_path.empty() && (target.host.empty() || (target.port == 0 && !is_service(target))))
        return "no host and port, and no unix path";
    if (!target.unix_path.empty() && !net::unix_peer(target.unix_path))
        return "unix: longer than a path of a socket can be";
    if (!target.address.empty() && !net::literal_peer(target.address, target.port))
        return "address: expected an IP address, found " + target.address;
    if (const auto& proxy = target.settings->proxy) {
        if (!target.unix_path.empty()) return "proxy: none leads to a unix socket";
        constexpr std::size_t longest = 255;
        if (net::is_socks(proxy->type) && (proxy->username.size() > longest || proxy->password.size() > longest))
            return "proxy: a user name or password of more than 255 bytes";
        if (proxy->host.empty() || proxy->port == 0) return "proxy: no host and port";
    }
    if (const auto& source = target.settings->source; !source.empty() && !net::literal_peer(source, 0))
        return "source: expected an IP address, found " + source;
    if (target.settings->check) {
        if (auto fault = check::fault_of(*target.settings->check); !fault.empty()) return fault;
    }
    if (!target.settings->tls) return target.settings->starttls ? "starttls: without tls" : "";
    for (const auto& protocol : target.settings->tls->alpn)
        if (protocol.empty() || protocol.size() > 255) return "alpn: a name has 1 to 255 bytes (RFC 7301)";
    return {};
}

// Of the server's TLS, and of its proxy's.
std::vector<std::string> faults_of_files(const Settings& settings, net::Authorities& authorities) {
    std::vector<std::string> found;
    if (settings.tls) found = authorities.faults(*settings.tls);
    if (!settings.proxy || settings.proxy->type != ProxyType::https) return found;
    TlsSettings of_proxy;
    of_proxy.ca_file = settings.proxy->ca_file;
    of_proxy.ca_dir = settings.proxy->ca_dir;
    for (auto& error : authorities.faults(of_proxy)) found.push_back(std::move(error));
    return found;
}

}  // namespace

std::vector<std::string> faults(std::span<const Target> targets, const ProberOptions& options,
                                net::Authorities& authorities) {
    std::vector<std::string> errors;
    std::set<std::string> told;
    for (const auto& target : targets) {
        if (auto fault = fault_of(target); !fault.empty()) {
            errors.push_back(target.name + ": " + fault);
            continue;
        }
        for (auto& error : faults_of_files(*target.settings, authorities))
            if (told.insert(error).second) errors.push_back(target.name + ": " + hide_userinfo(error));
    }
    if (options.required.of(targets.size()) > targets.size())
        errors.push_back("min_success: " + std::to_string(options.required.of(targets.size())) +
                         " servers must be up, and there are " + std::to_string(targets.size()));
    return errors;
}

}  // namespace connprobe::engine
