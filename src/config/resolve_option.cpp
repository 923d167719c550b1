#include "config/resolve_option.hpp"

#include <algorithm>
#include <utility>

#include "config/host.hpp"
#include "config/quote.hpp"
#include "config/url.hpp"
#include "model/text.hpp"

namespace connprobe::config {

Parsed<ResolveOptions::Entry> ResolveOptions::parse(std::string_view text) {
    using Result = Parsed<Entry>;
    const auto wrong = [text](const std::string& why) {
        return Result::wrong("expected HOST:PORT:ADDR, as in api.example.com:443:192.0.2.7, found " + in_quotes(text) +
                             why);
    };
    const auto first = text.find(':');
    const auto second = first == text.npos ? text.npos : text.find(':', first + 1);
    if (second == text.npos) return wrong("");
    const auto host = text.substr(0, first);
    const auto port = parse_port(text.substr(first + 1, second - first - 1));
    auto literal = text.substr(second + 1);
    if (literal.size() > 2 && literal.starts_with('[') && literal.ends_with(']'))
        literal = literal.substr(1, literal.size() - 2);
    if (auto problem = host_problem(host); !problem.empty()) return wrong(": the host " + problem);
    if (!port) return wrong(": the port is from 1 to 65535");
    if (!is_literal(literal)) {
        return wrong(literal.find(',') == literal.npos ? ": the last part is no address" : ": one address only");
    }
    return Entry{std::string{text}, lower_case(ascii_host(host)), *port, std::string{literal}};
}

ResolveOptions::ResolveOptions(const std::vector<std::string>& values, Problems& problems) {
    for (const auto& value : values) {
        auto entry = parse(value);
        if (!entry) {
            problems.error("--resolve: " + entry.problem);
            continue;
        }
        const auto other = std::ranges::find_if(entries_, [&](const Entry& known) {
            return known.host == entry->host && known.port == entry->port && known.address != entry->address;
        });
        if (other != entries_.end())
            problems.error("--resolve " + quotable(entry->written) + ": " + other->host + ':' +
                           std::to_string(other->port) + " has an address already, " + other->address +
                           ": give one of them");
        entries_.push_back(std::move(*entry));
    }
}

void ResolveOptions::apply(Target& target) {
    if (entries_.empty()) return;
    const auto host = lower_case(target.host);
    for (auto& entry : entries_) {
        if (entry.port != target.port || entry.host != host) continue;
        entry.used = true;
        if (target.address.empty()) target.address = entry.address;
    }
}

void ResolveOptions::warn_of_unused(Problems& problems) const {
    for (const auto& entry : entries_) {
        if (!entry.used)
            problems.warning("--resolve " + quotable(entry.written) + ": no server has this host and port");
    }
}

}  // namespace connprobe::config
