#include "check/http_request.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "model/base64.hpp"
#include "model/check_specs.hpp"
#include "net/http_reply.hpp"

namespace connprobe::check {

namespace {

using namespace std::string_view_literals;

// RFC 9110 §7.2: the port is left out where it is the scheme's own.
std::string host_of(const Target& target) {
    const auto& tls = target.settings->tls;
    if (!target.unix_path.empty()) return tls && !tls->server_name.empty() ? tls->server_name : "localhost";
    auto host = tls && !tls->server_name.empty() ? tls->server_name : target.host;
    host = host.substr(0, host.find('%'));     // a zone means something on this machine only (RFC 6874 §4)
    if (host.ends_with('.')) host.pop_back();  // it tells the resolver that the name is whole
    if (host.find(':') != std::string::npos) host = '[' + host + ']';
    const auto usual = spec(tls ? Scheme::https : Scheme::http).port;
    return target.port == usual ? host : host + ':' + std::to_string(target.port);
}

// A server may wait for a length where a body is the rule (RFC 9110 §8.6).
bool has_length(const HttpCheck& check) {
    constexpr std::array with_body{"POST"sv, "PUT"sv, "PATCH"sv};
    return !check.body.empty() || std::ranges::find(with_body, check.method) != with_body.end();
}

}  // namespace

std::string basic_credentials(const HttpCheck& check) { return base64(check.username + ':' + check.password); }

std::string http_request(const Target& target, const HttpCheck& check, bool keep) {
    std::string request = check.method + ' ' + check.path + " HTTP/1.1\r\n";
    const auto add = [&](std::string_view name, std::string_view value) {
        request.append(name).append(": ").append(value).append("\r\n");
    };
    const auto add_unless_given = [&](std::string_view name, std::string_view value) {
        const auto given = [&](const HttpHeader& header) { return net::same_name(header.name, name); };
        if (std::ranges::none_of(check.headers, given)) add(name, value);
    };
    add_unless_given("Host", host_of(target));
    add_unless_given("User-Agent", "connprobe/" CONNPROBE_VERSION);
    add_unless_given("Accept", "*/*");
    if (!check.username.empty() || !check.password.empty())
        add_unless_given("Authorization", "Basic " + basic_credentials(check));
    for (const auto& [name, value] : check.headers) add(name, value);
    if (has_length(check)) add("Content-Length", std::to_string(check.body.size()));
    if (!keep) add("Connection", "close");
    return request.append("\r\n").append(check.body);
}

}  // namespace connprobe::check
