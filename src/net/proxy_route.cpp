#include "net/proxy_route.hpp"

#include <utility>
#include <vector>

#include "model/base64.hpp"
#include "model/secrets.hpp"
#include "net/tls_greeting.hpp"

namespace connprobe::net {

namespace {

std::string place(const std::string& host, std::uint16_t port) {
    return (host.find(':') == std::string::npos ? host : '[' + host + ']') + ':' + std::to_string(port);
}

bool is_tls(std::string_view first) {
    return first.size() >= 2 && first[0] >= 0x14 && first[0] <= 0x17 && first[1] == 3;
}

std::vector<std::string> secrets_of(const Proxy& proxy) {
    constexpr std::size_t shortest_name = 3;  // a shorter one is part of many a word
    if (!has_credentials(proxy)) return {};
    const auto both = proxy.username + ':' + proxy.password;
    std::vector<std::string> secrets{base64(both), both, proxy.password};
    if (proxy.username.size() >= shortest_name) secrets.push_back(proxy.username);
    return longest_first(std::move(secrets));
}

// What it speaks instead, and how its URL would be written.
std::string hint_for(const Route& route, std::string_view first) {
    constexpr char granted = 0x5a, last_of_socks4 = 0x5d;
    const bool is_tunnel = is_socks(route.proxy.type);
    if (is_tls(first)) return "the port speaks TLS: write " + route.with_scheme(ProxyType::https);
    if (is_tunnel && first.starts_with("HTTP/"))
        return "the port speaks HTTP: write " + route.with_scheme(ProxyType::http);
    if (!is_tunnel && first.starts_with('\5'))
        return "the port speaks SOCKS 5: write " + route.with_scheme(ProxyType::socks5h);
    if (is_tunnel && first.starts_with('\4')) return "the port speaks SOCKS 4, which is not supported: use SOCKS 5";
    if (is_tunnel && first.size() >= 2 && first[0] == 0 && first[1] >= granted && first[1] <= last_of_socks4)
        return "the port speaks SOCKS 4, which is not supported: use SOCKS 5";
    if (const auto known = speaker(first))
        return "the port speaks " + std::string{known->protocol} + ": is it the proxy's?";
    return {};
}

}  // namespace

std::string Route::proxy_text() const { return "the proxy " + place(proxy.host, proxy.port); }
std::string Route::target_text() const { return place(host, port); }
std::string Route::with_scheme(ProxyType type) const {
    return std::string{to_string(type)} + "://" + place(proxy.host, proxy.port);
}

std::string hide_login(std::string text, const Proxy& proxy) {
    return hide_also_begun(std::move(text), secrets_of(proxy));
}

std::string hide_repeated_login(std::string text, const std::optional<Proxy>& proxy) {
    constexpr std::size_t shortest = 8;  // a shorter one may be a word of our own
    if (!proxy || !has_credentials(*proxy)) return text;
    auto secrets = secrets_of(*proxy);
    std::erase_if(secrets, [&](const std::string& secret) {
        if (secret == proxy->password) return secret.size() < shortest;
        return secret == proxy->username;
    });
    return hide_also_cut(std::move(text), secrets);
}

void hide_repeated_login(std::optional<Failure>& failure, const std::optional<Proxy>& proxy) {
    if (!failure) return;
    failure->message = hide_repeated_login(std::move(failure->message), proxy);
    failure->hint = hide_repeated_login(std::move(failure->hint), proxy);
}

Failure through_proxy(Code code, std::string message, std::string hint) {
    return make_failure(Phase::proxy, code, std::move(message), std::move(hint));
}

Failure proxy_fault(Code code, std::string message, std::string hint) {
    auto failure = through_proxy(code, std::move(message), std::move(hint));
    blame_proxy(failure, {});
    return failure;
}

void blame_proxy(Failure& failure, std::string_view beginning) {
    using enum FailureClass;
    const auto given = failure.failure_class;
    if (given == local || given == cancelled) return;
    if (given != auth && failure.code != Code::proxy_timeout) failure.failure_class = proxy;
    failure.message.insert(0, beginning);
}

Failure no_such_proxy(const Route& route, std::string_view first) {
    constexpr std::size_t enough = 64;
    const std::string wanted = is_socks(route.proxy.type) ? "no answer of SOCKS 5" : "no answer of HTTP";
    const auto heard = hide_login(std::string{first}, route.proxy).substr(0, enough);
    return proxy_fault(Code::proxy_unexpected_reply,
                       route.proxy_text() + " said " + shown(heard) + ", which is " + wanted, hint_for(route, first));
}

}  // namespace connprobe::net
