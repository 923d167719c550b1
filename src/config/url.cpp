#include "config/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/nearest.hpp"
#include "config/quote.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

using ParsedTarget = Parsed<TargetSyntax>;

/// Refused by name, unlike one that is misspelt.
constexpr std::array<std::string_view, 7> later_schemes{"mysql", "smtp", "imap", "grpc", "ws", "mqtt", "amqp"};
/// Of these nobody calls a host: http:443 is a URL that went wrong. (redis:6379 is a host in many a container network.)
constexpr std::array<std::string_view, 4> never_hosts{"http", "https", "tcp", "tls"};

constexpr bool contains(auto words, std::string_view word) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<unsigned> parse_number(std::string_view text, unsigned largest) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool leading_zero = text.size() > 1 && text.front() == '0';
    if (error != std::errc{} || end != text.data() + text.size() || leading_zero || value > largest)
        return std::nullopt;
    return value;
}

std::string port_problem(std::string_view found) {
    if (found.empty()) return "no port after the colon";
    return "port: expected 1\u201365535, found " + quotable(found);
}

Parsed<PortRange> parse_range(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = parse_port(text.substr(0, dash));
    if (!first) return Parsed<PortRange>::wrong(port_problem(dash == 0 ? text : text.substr(0, dash)));
    if (dash == text.npos) return PortRange{*first, *first};
    const auto last = parse_port(text.substr(dash + 1));
    if (!last) return Parsed<PortRange>::wrong(port_problem(text.substr(dash + 1)));
    if (*last < *first) {
        return Parsed<PortRange>::wrong("the range " + quotable(text) + " ends before it begins: write " +
                                        std::to_string(*last) + '-' + std::to_string(*first));
    }
    return PortRange{*first, *last};
}

/// The problem with a list of ports, which goes to the target; empty if there is none.
std::string read_ports(std::string_view text, TargetSyntax& target) {
    if (text.find(',') == text.npos) {
        auto range = parse_range(text);
        if (range) target.ports = *range;
        return range.problem;
    }
    for (bool is_first = true;; is_first = false) {
        const auto comma = text.find(',');
        const auto range = parse_range(text.substr(0, comma));
        if (!range) return range.problem;
        if (is_first) {
            target.ports = *range;
        } else {
            target.more_ports.push_back(*range);
        }
        if (comma == text.npos) return {};
        text.remove_prefix(comma + 1);
    }
}

bool host_bits_zero(const Address& address, unsigned prefix) noexcept {
    for (std::size_t bit = prefix; bit < address.size * 8; ++bit) {
        if ((address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) return false;
    }
    return true;
}

Address cleared(Address address, unsigned prefix) noexcept {
    for (std::size_t bit = prefix; bit < address.size * 8; ++bit) {
        address.bytes[bit / 8] = static_cast<std::uint8_t>(address.bytes[bit / 8] & ~(1U << (7 - bit % 8)));
    }
    return address;
}

/// Reads the `/28` of a block.
std::string read_block(std::string_view base, std::string_view prefix, TargetSyntax& target) {
    const auto address = parse_address(base);
    if (!address) return "a path has no meaning here: write http:// in front for a page to be asked for";
    const auto bits = static_cast<unsigned>(address->size * 8);
    const auto length = parse_number(prefix, bits);
    if (!length) return "a block's prefix: expected 0\u2013" + std::to_string(bits) + ", found " + in_quotes(prefix);
    if (!host_bits_zero(*address, *length)) {
        return "the block has host bits: write " + cleared(*address, *length).text() + '/' + std::to_string(*length);
    }
    if (bits - *length > 16) return "the block is larger than 65,536 addresses";
    target.is_block = true;
    target.prefix = static_cast<std::uint8_t>(*length);
    return {};
}

std::string no_port(std::string_view text, Scheme scheme) {
    const auto before = is_url(scheme) ? std::string{spec(scheme).name} + "://" : std::string{};
    return "no port: write " + before + quotable(text) + ":443" +
           (scheme == Scheme::none ? " or https://" + quotable(text) : "");
}

/// `[2001:db8::1]:443`, `[2001:db8::/120]:443`, `[2001:db8::]/120:443`; gives what stands after the colon.
Parsed<std::string_view> read_bracketed(std::string_view text, TargetSyntax& target) {
    using Ports = Parsed<std::string_view>;
    const auto close = text.find(']');
    if (close == text.npos) return Ports::wrong("has no closing bracket: write [ADDRESS]:PORT");
    target.bracketed = true;
    auto inside = text.substr(1, close - 1);
    auto after = text.substr(close + 1);
    std::string_view prefix;
    if (const auto slash = inside.find('/'); slash != inside.npos) {
        prefix = inside.substr(slash + 1);
        inside = inside.substr(0, slash);
    } else if (after.starts_with('/')) {
        prefix = after.substr(1, after.find(':') - 1);
        after.remove_prefix(std::min(after.size(), prefix.size() + 1));
    }
    if (inside.find(':') == inside.npos) return Ports::wrong("brackets are for IPv6 addresses only");
    target.host = inside;
    if (auto problem = host_problem(host_of(target)); !problem.empty())
        return Ports::wrong(in_quotes(inside) + ' ' + problem);
    if (prefix.data() != nullptr) {
        if (auto problem = read_block(inside, prefix, target); !problem.empty())
            return Ports::wrong(std::move(problem));
    }
    if (after.empty() && spec(target.scheme).port != 0) return after;
    if (after.empty()) return Ports::wrong(no_port(text, target.scheme));
    if (!after.starts_with(':')) return Ports::wrong("expected a colon and a port after the bracket");
    return after.substr(1);
}

std::string too_many_colons(std::string_view text) {
    const auto last = text.rfind(':');
    const auto head = text.substr(0, last), tail = text.substr(last + 1);
    if (parse_address(head)) {
        return "an IPv6 address stands in brackets: write [" + quotable(head) +
               "]:" + (parse_port(tail) ? quotable(tail) : "443");
    }
    if (parse_address(text)) return "an IPv6 address stands in brackets: write [" + quotable(text) + "]:443";
    return "too many colons: write host:port, or an IPv6 address in brackets, [2001:db8::1]:443";
}

/// `host:ports` or `192.0.2.0/28:ports`; gives what stands after the colon.
Parsed<std::string_view> read_plain(std::string_view text, TargetSyntax& target) {
    using Ports = Parsed<std::string_view>;
    const auto colon = text.find(':');
    if (colon != text.npos && text.find(':', colon + 1) != text.npos) return Ports::wrong(too_many_colons(text));
    target.host = text.substr(0, colon);
    if (target.host.empty()) return Ports::wrong("no host: write localhost" + quotable(text));
    if (target.scheme == Scheme::none && colon != text.npos && contains(never_hosts, target.host)) {
        return Ports::wrong(std::string{target.host} + " is a scheme, not a host: write HOST" +
                            quotable(text.substr(colon)) + " (a host of that name: tcp://" + quotable(text) + ')');
    }
    if (const auto slash = target.host.find('/'); slash != target.host.npos) {
        const auto base = target.host.substr(0, slash);
        if (auto problem = read_block(base, target.host.substr(slash + 1), target); !problem.empty()) {
            return Ports::wrong(std::move(problem));
        }
        target.host = base;
    } else if (auto problem = host_problem(target.host); !problem.empty()) {
        return Ports::wrong("the host " + in_quotes(target.host) + ' ' + problem);
    }
    if (colon == text.npos && spec(target.scheme).port != 0) return std::string_view{};
    if (colon == text.npos) return Ports::wrong(no_port(text, target.scheme));
    return text.substr(colon + 1);
}

std::string listed(const std::vector<std::string_view>& schemes) {
    std::string text;
    for (const auto scheme : schemes) text.append(text.empty() ? "" : ", ").append(scheme).append("://");
    return text;
}

std::string scheme_problem(std::string_view scheme) {
    if (contains(later_schemes, scheme)) return std::string{scheme} + "://: not supported by this version";
    std::string text = "unknown scheme " + in_quotes(scheme) + ": ";
    std::vector<std::string_view> names;
    for (const auto& each : scheme_specs) {
        if (!each.name.empty()) names.push_back(each.name);
    }
    const auto near = nearest(scheme, names);
    return text + (near.empty() ? "write one of " + listed(names) + ", or host:port alone"
                                : "did you mean " + std::string{near} + "://?");
}

/// `host`, `host:port`, `[::1]:port` of a URL that asks something: one server, and the port may be left out.
ParsedTarget read_place_of_url(std::string_view place, TargetSyntax target) {
    if (place.empty() || place.front() == ':')
        return ParsedTarget::wrong("no host: write " + std::string{spec(target.scheme).name} + "://localhost");
    const auto ports = place.starts_with('[') ? read_bracketed(place, target) : read_plain(place, target);
    if (!ports) return ParsedTarget::wrong(ports.problem);
    const auto usual = spec(target.scheme).port;
    const auto port = ports->data() == nullptr || ports->empty() ? usual : parse_port(*ports).value_or(0);
    if (port == 0) return ParsedTarget::wrong(port_problem(*ports));
    target.ports = {port, port};
    return target;
}

/// What a URL of nothing but a connection cannot have; empty if it has none of it.
std::string surplus_problem(std::string_view text) {
    if (text.find('@') != text.npos) return "a user name has no meaning here: nothing is asked of the server";
    if (text.find('?') != text.npos) return "a query has no meaning here: nothing is asked of the server";
    if (text.find('#') != text.npos) return "a fragment has no meaning here: nothing is asked of the server";
    const auto colon = text.rfind(':');
    const auto slash = colon == text.npos ? text.npos : text.find('/', colon);
    if (slash != text.npos && text.rfind(']') + 1 != slash) {
        return "a path has no meaning here: write " + quotable(text.substr(0, slash)) + ", or http:// in front";
    }
    return {};
}

/// Of a socket, or @name; not //user:password@host.
bool is_bare_path(std::string_view text) {
    if (text.find('@', 1) != text.npos || text.starts_with("//")) return false;
    return text.starts_with('/') || text.starts_with("./") || text.starts_with("../") || text.starts_with('@');
}

ParsedTarget read_unix(std::string_view path) {
    if (path.starts_with("///")) path.remove_prefix(2);  // unix:///run/x, as Docker writes it
    if (path.empty()) return ParsedTarget::wrong("no path: write unix:/run/app.sock");
    if (path == "@")
        return ParsedTarget::wrong("no name after the @: write unix:@name, or unix:./@ for a file of that name");
    if (auto problem = unix_path_problem(path); !problem.empty()) return ParsedTarget::wrong(std::move(problem));
    TargetSyntax target;
    target.scheme = Scheme::unix_socket;
    target.unix_path = path;
    return target;
}

/// `_service._tcp.name`; the port is the record's (RFC 2782).
ParsedTarget read_service(std::string_view name, TargetSyntax target) {
    if (name.find_first_of(":[") != name.npos)
        return ParsedTarget::wrong("the record says the ports: write srv://" +
                                   quotable(name.substr(0, name.find_first_of(":["))));
    const auto dot = name.find('.');
    const auto rest = dot == name.npos ? std::string_view{} : name.substr(dot + 1);
    const auto protocol = rest.substr(0, rest.find('.'));
    if (name.front() != '_' || dot < 2 || !protocol.starts_with('_') || protocol.size() + 1 >= rest.size())
        return ParsedTarget::wrong("expected srv://_service._tcp.name, such as srv://_ldap._tcp.example.com");
    if (lower_case(protocol) != "_tcp")
        return ParsedTarget::wrong("only services over TCP are probed: expected _tcp, found " + quotable(protocol));
    if (auto problem = host_problem(name); !problem.empty())
        return ParsedTarget::wrong("the name " + in_quotes(name) + ' ' + problem);
    target.host = name;
    return target;
}

/// `host:port` of nothing but letters, digits, dots, hyphens: almost every line of a long list, read in one pass.
std::optional<TargetSyntax> read_simple(std::string_view text) {
    const auto is_simple = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    };
    std::size_t colon = 0;
    while (colon < text.size() && is_simple(text[colon])) ++colon;
    const auto host = text.substr(0, colon);
    if (colon == text.size() || text[colon] != ':' || contains(never_hosts, host) || host == "unix")
        return std::nullopt;
    const auto port = parse_port(text.substr(colon + 1));
    if (!port || !host_problem(host).empty()) return std::nullopt;
    TargetSyntax target;
    target.host = host;
    target.ports = {*port, *port};
    return target;
}

}  // namespace

std::size_t TargetSyntax::count() const noexcept {
    if (scheme == Scheme::unix_socket) return 1;
    std::size_t ports_in_all = ports.size();
    for (const auto& range : more_ports) ports_in_all += range.size();
    const unsigned bits = bracketed ? 128 : 32;
    return ports_in_all * (is_block ? std::size_t{1} << (bits - prefix) : 1);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    const auto number = parse_number(text, 65535);
    if (!number || *number == 0) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
}

std::string host_of(const TargetSyntax& target) {
    auto host = ascii_host(target.host);
    // In a URL the % of a zone is written %25 (RFC 6874); outside of one it does no harm.
    const auto percent = host.find("%25");
    if (target.bracketed && percent != host.npos && host.size() > percent + 3) host.erase(percent + 1, 2);
    return host;
}

std::string unix_path_problem(std::string_view path) {
    if (path.find('\0') != path.npos) return "the path has a NUL in it";
    if (path.starts_with('@')) {
        path.remove_prefix(1);
        if (path.size() > longest_unix_path) return "the name after the @ is longer than 107 bytes (unix(7))";
    }
    if (path.size() > longest_unix_path) return "the path is longer than 107 bytes (unix(7))";
    return {};
}

ParsedTarget parse_target(std::string_view text) {
    if (auto simple = read_simple(text)) return std::move(*simple);
    if (text.empty()) return ParsedTarget::wrong("an empty target: write host:port");
    if (const auto space = text.find_first_of(" \t"); space != text.npos && parse_port(text.substr(space + 1))) {
        return ParsedTarget::wrong("a space before the port: write " + quotable(text.substr(0, space)) + ':' +
                                   quotable(text.substr(space + 1)));
    }
    if (text.starts_with("unix:")) return read_unix(text.substr(5));
    if (is_bare_path(text))
        return ParsedTarget::wrong("a unix socket has unix: in front: write unix:" + quotable(text));
    TargetSyntax target;
    auto rest = text;
    if (const auto mark = text.find("://"); mark != text.npos) {
        const auto scheme = scheme_of(text.substr(0, mark));
        if (!scheme) return ParsedTarget::wrong(scheme_problem(text.substr(0, mark)));
        target.scheme = *scheme;
        rest = text.substr(mark + 3);
        if (rest.empty())
            return ParsedTarget::wrong("no host: write " + std::string{text.substr(0, mark)} + "://HOST" +
                                       (spec(*scheme).port == 0 && *scheme != Scheme::srv ? ":PORT" : ""));
    }
    if (asks(target.scheme)) {
        const auto place = take_url_parts(target.scheme, rest, target.parts);
        if (!place) return ParsedTarget::wrong(place.problem);
        return read_place_of_url(*place, std::move(target));
    }
    if (target.scheme == Scheme::srv && rest.find('/') != rest.npos)
        return ParsedTarget::wrong("a path has no meaning here: nothing is asked of the server");
    if (auto problem = surplus_problem(rest); !problem.empty()) return ParsedTarget::wrong(std::move(problem));
    if (target.scheme == Scheme::srv) return read_service(rest, std::move(target));
    const auto ports = rest.starts_with('[') ? read_bracketed(rest, target) : read_plain(rest, target);
    if (!ports) return ParsedTarget::wrong(ports.problem);
    if (auto problem = read_ports(*ports, target); !problem.empty()) return ParsedTarget::wrong(std::move(problem));
    if (target.count() > largest_expansion) return ParsedTarget::wrong("stands for more than 65,536 servers");
    return target;
}

std::string public_name(const TargetSyntax& target, std::string_view text) {
    if (!asks(target.scheme)) return std::string{text};
    const auto start = text.find("://") + 3;
    auto rest = text.substr(start);
    rest = rest.substr(0, rest.find_first_of("?#"));
    if (const auto at = authority_of(rest).rfind('@'); at != rest.npos) rest.remove_prefix(at + 1);
    return std::string{text.substr(0, start)}.append(rest);
}

std::string without_secrets(std::string_view target) {
    const auto mark = target.find("://");
    const auto start = mark == target.npos ? 0 : mark + 3;
    auto rest = target.substr(start);
    rest = rest.substr(0, rest.find_first_of("?#"));
    if (const auto at = rest.rfind('@'); at != rest.npos) rest.remove_prefix(at + 1);
    return std::string{target.substr(0, start)}.append(rest);
}

Address address_at(Address first, std::uint32_t offset) noexcept {
    for (std::size_t i = first.size; i-- > 0 && offset != 0; offset >>= 8) {
        first.bytes[i] = static_cast<std::uint8_t>(first.bytes[i] | (offset & 0xFFU));  // the host bits are zero
    }
    return first;
}

}  // namespace connprobe::config
