#include "config/read_target.hpp"

#include <string>
#include <utility>

#include "config/quote.hpp"
#include "config/url.hpp"

namespace connprobe::config {
namespace {

const Layer no_settings;

std::string name_of(const TargetSyntax& syntax, std::string_view host, std::uint16_t port) {
    std::string name{spec(syntax.scheme).name};
    if (!name.empty()) name += "://";
    if (syntax.bracketed) {
        name.append(1, '[').append(host).append("]:");
    } else {
        name.append(host).append(1, ':');
    }
    return name.append(std::to_string(port));
}

/// One target that stands for several servers.
class Expansion {
public:
    Expansion(const TargetSyntax& syntax, const TextPlace& at, Adder& to) : syntax_(syntax), at_(at), to_(to) {}

    void add_all() {
        if (!syntax_.is_block) return add_ports(std::string{syntax_.host});
        const auto first = parse_address(syntax_.host).value_or(Address{});
        const auto bits = static_cast<unsigned>(first.size * 8);
        const std::uint32_t size = 1U << (bits - syntax_.prefix);
        for (std::uint32_t i = 0; i < size; ++i) add_ports(address_at(first, i).text());
    }

private:
    void add_ports(const std::string& host) {
        add_range(host, syntax_.ports);
        for (const auto& range : syntax_.more_ports) add_range(host, range);
    }

    void add_range(const std::string& host, const PortRange& range) {
        for (std::uint32_t port = range.first; port <= range.last; ++port) {
            Target target;
            target.host = host;
            target.port = static_cast<std::uint16_t>(port);
            target.name = name_of(syntax_, host, target.port);
            target.written = target.name;
            to_.add(std::move(target), no_settings, {syntax_.scheme, {}}, at_.spot, at_.merge_equal);
        }
    }

    const TargetSyntax& syntax_;
    const TextPlace& at_;
    Adder& to_;
};

}  // namespace

void add_target(std::string_view text, const TextPlace& at, Adder& to) {
    const auto syntax = parse_target(text);
    if (!syntax) return to.problems().error(at.spot, at.path, quotable(without_secrets(text)) + ": " + syntax.problem);
    if (to.size() + syntax->count() > most_servers) {
        return to.problems().error(at.spot, at.path, "more than 4,000,000 servers: split the list");
    }
    if (syntax->count() > 1) return Expansion{*syntax, at, to}.add_all();
    Target target;
    target.host = host_of(*syntax);
    target.port = syntax->ports.first;
    target.unix_path = syntax->unix_path;
    target.name = public_name(*syntax, text);
    target.written = target.name;
    to.add(std::move(target), no_settings, {syntax->scheme, syntax->parts}, at.spot, at.merge_equal);
}

}  // namespace connprobe::config
