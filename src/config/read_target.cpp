#include "config/read_target.hpp"

#include <string>
#include <utility>

#include "config/quote.hpp"
#include "config/url.hpp"

namespace connprobe::config {
namespace {

const Layer no_settings;

std::string_view prefix_of(Scheme scheme) noexcept {
    if (scheme == Scheme::tcp) return "tcp://";
    return scheme == Scheme::tls ? "tls://" : "";
}

std::string name_of(const TargetSyntax& syntax, std::string_view host, std::uint16_t port) {
    std::string name{prefix_of(syntax.scheme)};
    if (syntax.bracketed) {
        name.append(1, '[').append(host).append("]:");
    } else {
        name.append(host).append(1, ':');
    }
    return name.append(std::to_string(port));
}

/// Adds one host with each of the ports.
void add_ports(const TargetSyntax& syntax, const std::string& host, const Target& model, const Spot& spot, bool merge_equal,
               const Adding& to) {
    const auto add_range = [&](const PortRange& range) {
        for (std::uint32_t port = range.first; port <= range.last; ++port) {
            auto target = model;
            target.host = host;
            target.port = static_cast<std::uint16_t>(port);
            target.name = name_of(syntax, host, target.port);
            target.written = target.name;
            to.list.add(std::move(target), spot, merge_equal);
        }
    };
    add_range(syntax.ports);
    for (const auto& range : syntax.more_ports) add_range(range);
}

void add_all(const TargetSyntax& syntax, const Target& model, const Spot& spot, bool merge_equal, const Adding& to) {
    if (!syntax.is_block) return add_ports(syntax, std::string{syntax.host}, model, spot, merge_equal, to);
    const auto first = parse_address(syntax.host).value_or(Address{});
    const auto bits = static_cast<unsigned>(first.size * 8);
    const std::uint32_t size = 1U << (bits - syntax.prefix);
    for (std::uint32_t i = 0; i < size; ++i) add_ports(syntax, address_at(first, i).text(), model, spot, merge_equal, to);
}

}  // namespace

void add_target(std::string_view text, const Spot& spot, bool merge_equal, const Adding& to) {
    const auto syntax = parse_target(text);
    if (!syntax) {
        to.problems.error(spot, nullptr, quotable(without_secrets(text)) + ": " + syntax.problem);
        return;
    }
    if (to.list.size() + syntax->count() > most_servers) {
        to.problems.error(spot, nullptr, "more than 4,000,000 servers: split the list");
        return;
    }
    Target target;
    target.settings = to.pool.get(no_settings, syntax->scheme);
    if (syntax->count() > 1) return add_all(*syntax, target, spot, merge_equal, to);
    target.host = syntax->host;
    target.port = syntax->ports.first;
    target.unix_path = syntax->unix_path;
    target.name = text;
    target.written = target.name;
    if (lacks_tls_name(target)) {
        to.problems.error(spot, nullptr, quotable(text) + ": " + std::string{tls_name_needed});
        return;
    }
    to.list.add(std::move(target), spot, merge_equal);
}

}  // namespace connprobe::config
