#include "config/proxy_url.hpp"

#include <array>
#include <utility>

#include "config/host.hpp"
#include "config/nearest.hpp"
#include "config/quote.hpp"
#include "config/url.hpp"
#include "config/url_parts.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

using ParsedProxy = Parsed<std::optional<Proxy>>;

constexpr std::array types{ProxyType::http, ProxyType::https, ProxyType::socks5, ProxyType::socks5h};

constexpr bool is_socks(ProxyType type) noexcept { return type == ProxyType::socks5 || type == ProxyType::socks5h; }

std::optional<ProxyType> type_of(std::string_view scheme) {
    for (const auto type : types) {
        if (to_string(type) == scheme) return type;
    }
    return std::nullopt;
}

std::string proxy_scheme_problem(std::string_view scheme) {
    if (scheme == "socks") return "socks:// could be several: write socks5h:// (the proxy resolves names) or socks5://";
    if (scheme == "socks4" || scheme == "socks4a")
        return "SOCKS 4 is not supported: expected http, https, socks5 or socks5h";
    std::array<std::string_view, types.size()> names;
    for (std::size_t i = 0; i < types.size(); ++i) names.at(i) = to_string(types.at(i));
    const auto near = nearest(scheme, names);
    return "unknown scheme " + in_quotes(scheme) + ": " +
           (near.empty() ? "expected " + one_of(names) : "did you mean " + std::string{near} + "://?");
}

// The port that such a proxy has most often, for an example.
std::string usual_port(ProxyType type) { return is_socks(type) ? ":1080" : ":3128"; }

/// Reads `host:port` or `[::1]:port`; gives what is wrong with it.
std::string read_place(std::string_view place, Proxy& proxy) {
    const auto scheme = std::string{to_string(proxy.type)} + "://";
    const bool bracketed = place.starts_with('[');
    const auto close = bracketed ? place.find(']') : 0;
    if (close == place.npos) return "has no closing bracket: write " + scheme + "[ADDRESS]" + usual_port(proxy.type);
    const auto colon = place.find(':', close);
    const auto host = bracketed ? place.substr(1, close - 1) : place.substr(0, colon);
    if (!bracketed && colon != place.npos && place.find(':', colon + 1) != place.npos)
        return "an IPv6 address stands in brackets: write " + scheme + "[ADDRESS]:PORT";
    if (host.empty()) return "no host: write " + scheme + "HOST" + usual_port(proxy.type);
    if (auto problem = host_problem(host); !problem.empty()) return "the host " + in_quotes(host) + ' ' + problem;
    if (colon == place.npos || (bracketed && colon != close + 1))
        return "no port: write " + scheme + quotable(place.substr(0, bracketed ? close + 1 : place.size())) +
               usual_port(proxy.type);
    const auto port = parse_port(place.substr(colon + 1));
    if (!port) return "port: expected 1\u201365535, found " + quotable(place.substr(colon + 1));
    proxy.host = ascii_host(host);
    proxy.port = *port;
    return {};
}

/// What cannot be sent to such a proxy; empty if all can.
std::string login_problem(const Proxy& proxy) {
    constexpr std::size_t longest = 255;  // RFC 1929 §2
    if (is_socks(proxy.type) && (proxy.username.size() > longest || proxy.password.size() > longest))
        return "a user name or password of more than 255 bytes, which SOCKS 5 cannot carry (RFC 1929)";
    if (!is_socks(proxy.type) && proxy.username.find(':') != std::string::npos)
        return "a user name with a colon in it, which HTTP cannot carry (RFC 7617)";
    return {};
}

ParsedProxy wrong(std::string problem) { return ParsedProxy::wrong(std::move(problem)); }

}  // namespace

Parsed<std::optional<Proxy>> parse_proxy(std::string_view text) {
    if (text == "none" || text == "false") return std::optional<Proxy>{};
    const auto mark = text.find("://");
    if (mark == text.npos) {
        const auto place = without_secrets(text);
        return wrong("expected a URL such as http://HOST:3128 or socks5h://HOST:1080, found " + in_quotes(place));
    }
    const auto type = type_of(lower_case(text.substr(0, mark)));
    if (!type) return wrong(proxy_scheme_problem(text.substr(0, mark)));
    UrlParts parts;
    const auto place = take_url_parts(Scheme::http, text.substr(mark + 3), parts);
    if (!place) return wrong(place.problem);
    Proxy proxy;
    proxy.type = *type;
    proxy.username = parts.user.value_or("");
    proxy.password = parts.password.value_or("");
    if (auto problem = read_place(*place, proxy); !problem.empty()) return wrong(std::move(problem));
    if (parts.path && *parts.path != "/")
        return wrong("a path has no meaning for a proxy: write " + shown_proxy(proxy));
    if (auto problem = login_problem(proxy); !problem.empty()) return wrong(std::move(problem));
    return std::optional{std::move(proxy)};
}

std::string shown_proxy(const std::optional<Proxy>& proxy) {
    if (!proxy) return "none";
    const auto host = proxy->host.find(':') == std::string::npos ? proxy->host : '[' + proxy->host + ']';
    return std::string{to_string(proxy->type)} + "://" + host + ':' + std::to_string(proxy->port);
}

}  // namespace connprobe::config
