#include "net/nsswitch.hpp"

#include <algorithm>
#include <sstream>
#include <string>

#include "model/text.hpp"
#include "net/resolve_hosts.hpp"
#include "net/resolve_name.hpp"

namespace connprobe::net {

namespace {

/// The sources of the last `hosts:` line: of several the C library keeps that one.
std::string hosts_sources(std::string_view nsswitch) {
    std::string sources;
    std::istringstream lines{std::string{nsswitch}};
    for (std::string line; std::getline(lines, line);) {
        line.erase(std::min(line.find('#'), line.size()));
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        std::istringstream before{line.substr(0, colon)};
        std::string database;
        before >> database;
        if (database == "hosts") sources = line.substr(colon + 1);
    }
    return sources;
}

}  // namespace

bool dns_is_enough(std::optional<std::string_view> nsswitch, std::string_view hosts, std::string_view host_name) {
    std::istringstream sources{hosts_sources(nsswitch.value_or(""))};
    for (std::string source; sources >> source;) {
        if (source == "files" || source == "dns") continue;
        if (source != "myhostname" || !parse_hosts(hosts).contains(lower_case(host_name))) return false;
    }
    return true;
}

}  // namespace connprobe::net
