#include "net/socks5.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <utility>

#include "net/bytes.hpp"
#include "net/tls_greeting.hpp"

namespace connprobe::net {

namespace {

constexpr char version = 5, login_version = 1;
constexpr char no_login = 0, by_password = 2;
constexpr char connect_command = 1;
constexpr char by_ipv4 = 1, by_name = 3, by_ipv6 = 4;

// A text after its length, which is one byte.
std::string counted(const std::string& text) { return static_cast<char>(text.size()) + text; }

std::string address_of(const std::string& host) {
    std::array<char, sizeof(in6_addr)> bytes{};
    const auto without_zone = host.substr(0, host.find('%'));
    if (::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1)
        return by_ipv4 + std::string{bytes.data(), sizeof(in_addr)};
    if (::inet_pton(AF_INET6, without_zone.c_str(), bytes.data()) == 1)
        return by_ipv6 + std::string{bytes.data(), sizeof(in6_addr)};
    return by_name + counted(host);
}

struct ReplyRow {
    Code code;
    std::string_view words;
};

// RFC 1928 §6, from 1 on. Proxies say "TTL expired" when the target was silent (dante, microsocks and Tor do).
constexpr std::array reply_rows = std::to_array<ReplyRow>({
    {Code::proxy_denied, "general failure"},
    {Code::proxy_denied, "not allowed by its rules"},
    {Code::network_unreachable, "network unreachable"},
    {Code::host_unreachable, "host unreachable"},
    {Code::connection_refused, "connection refused"},
    {Code::connect_timeout, "TTL expired"},
    {Code::proxy_denied, "command not supported"},
    {Code::proxy_denied, "kind of address not supported"},
});

std::string hint_for(const Route& route, unsigned reply) {
    const auto target = route.target_text();
    switch (reply) {
        case 1: return "the proxy does not say why: see its log, and whether it can reach " + target;
        case 2: return "the proxy's rules do not let this client reach " + target;
        case 5:
            return "the proxy reached the host, and nothing listens there: is the server of " + target + " running?";
        case 7: return "this proxy does not make connections (CONNECT): use another one";
        case 8:
            return route.proxy.type == ProxyType::socks5
                       ? "it may take the name: write " + route.with_scheme(ProxyType::socks5h)
                       : "give the target by a name or an address of the other family";
        default: return "seen from the proxy, not from here: look on the proxy's machine for the way to " + target;
    }
}

Failure denied_login(const Route& route, std::string message) {
    const auto hint =
        has_credentials(route.proxy)
            ? "check the user and password in the proxy's URL (percent-encode @, : and /)"
            : "write them into its URL: " + std::string{to_string(route.proxy.type)} + "://USER:PASSWORD@HOST:PORT";
    return proxy_fault(Code::proxy_authentication_failed, route.proxy_text() + std::move(message), hint);
}

// Of its two bytes: what follows may be what we said ourselves.
Failure nonsense(const Route& route, const std::string& what, std::string_view answer) {
    return proxy_fault(Code::proxy_unexpected_reply,
                       route.proxy_text() + ' ' + what + " (" + shown(answer.substr(0, 2)) + ")");
}

}  // namespace

std::string socks5_greeting(const Proxy& proxy) {
    if (!has_credentials(proxy)) return {version, 1, no_login};
    return {version, 2, no_login, by_password};
}

std::string socks5_login(const Proxy& proxy) {
    return login_version + counted(proxy.username) + counted(proxy.password);
}

std::string socks5_request(const Route& route) {
    std::string request{version, connect_command, '\0'};
    request += address_of(route.host);
    request += static_cast<char>(route.port >> 8U);
    request += static_cast<char>(route.port & 0xFFU);
    return request;
}

std::optional<Failure> judge_socks5_method(const Route& route, std::string_view answer, bool& login) {
    constexpr unsigned none_acceptable = 0xff;
    if (answer[0] != version) return no_such_proxy(route, answer);
    login = answer[1] == by_password;
    const bool offered = answer[1] == no_login || (login && has_credentials(route.proxy));
    if (offered) return std::nullopt;
    if (byte(answer, 1) != none_acceptable) return nonsense(route, "chose a login that was not offered", answer);
    return denied_login(route, has_credentials(route.proxy) ? " takes no login by user and password"
                                                            : " wants a login, and no user and password were given");
}

std::optional<Failure> judge_socks5_login(const Route& route, std::string_view answer) {
    if (answer[0] != login_version) return nonsense(route, "answered the login in another protocol", answer);
    if (answer[1] == 0) return std::nullopt;
    return denied_login(route, " does not accept the user and password");
}

std::optional<Failure> judge_socks5_reply(const Route& route, std::string_view answer) {
    if (answer[0] != version) return no_such_proxy(route, answer);
    const auto reply = byte(answer, 1);
    if (reply == 0) return std::nullopt;
    if (reply > reply_rows.size()) return nonsense(route, "gave a reason that does not exist", answer);
    const auto& [code, words] = reply_rows.at(reply - 1);
    return through_proxy(code,
                         route.proxy_text() + " could not connect to " + route.target_text() + ": " +
                             std::string{words} + " (SOCKS reply " + std::to_string(reply) + ")",
                         hint_for(route, reply));
}

std::size_t socks5_rest(std::string_view first_five) noexcept {
    constexpr std::size_t port = 2;
    switch (first_five[3]) {
        case by_ipv4: return sizeof(in_addr) - 1 + port;
        case by_ipv6: return sizeof(in6_addr) - 1 + port;
        case by_name: return byte(first_five, 4) + port;
        default: return 0;
    }
}

}  // namespace connprobe::net
