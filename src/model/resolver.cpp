#include "model/resolver.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

namespace connprobe {

namespace {

bool is_address(int family, std::string_view text) {
    in6_addr address;
    return ::inet_pton(family, std::string{text}.c_str(), &address) == 1;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > 65535) return {};
    return static_cast<std::uint16_t>(value);
}

std::string quoted(std::string_view text) { return '"' + std::string{text} + '"'; }

/// Address and port as written; the port is none where no colon follows the address.
struct Server {
    std::string_view address;
    std::optional<std::string_view> port;
};

std::optional<Server> split(std::string_view server) {
    if (server.starts_with('[')) {
        const auto close = server.find(']');
        if (close == std::string_view::npos) return {};
        const auto after = server.substr(close + 1);
        const auto address = server.substr(1, close - 1);
        if (after.empty()) return Server{address, {}};
        if (!after.starts_with(':')) return {};
        return Server{address, after.substr(1)};
    }
    if (std::ranges::count(server, ':') > 1) return Server{server, {}};
    const auto colon = server.find(':');
    if (colon == std::string_view::npos) return Server{server, {}};
    return Server{server.substr(0, colon), server.substr(colon + 1)};
}

std::optional<Resolver> parse_server(std::string_view text, std::string& error) {
    Resolver resolver{Resolver::Kind::dns, {}, 53};
    const auto server = split(text);
    const bool v6 = server && is_address(AF_INET6, server->address) && (!server->port || text.starts_with('['));
    if (!server || (!v6 && !is_address(AF_INET, server->address)) || (!v6 && text.starts_with('['))) {
        error = "expected the address of a DNS server after \"dns:\", found " + quoted(text) +
                ": write dns:192.0.2.53, dns:192.0.2.53:5353 or dns:[2001:db8::53]:5353";
        return {};
    }
    resolver.server = server->address;
    if (!server->port) return resolver;
    const auto port = parse_port(*server->port);
    if (!port) {
        error = "expected a port from 1 to 65535 after " + quoted("dns:" + resolver.server) + ", found " +
                quoted(*server->port);
        return {};
    }
    resolver.port = *port;
    return resolver;
}

}  // namespace

std::optional<Resolver> parse_resolver(std::string_view text, std::string& error) {
    if (text == "auto") return Resolver{};
    if (text == "system") return Resolver{Resolver::Kind::system, {}, 53};
    if (text == "dns") return Resolver{Resolver::Kind::dns, {}, 53};
    if (text.starts_with("dns:")) return parse_server(text.substr(4), error);
    error = "expected auto, system, dns or dns:ADDRESS[:PORT], found " + quoted(text);
    return {};
}

}  // namespace connprobe
