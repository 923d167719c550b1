#include "check/secrets.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "check/http_request.hpp"
#include "model/base64.hpp"
#include "net/http_reply.hpp"

namespace connprobe::check {

namespace {

using namespace std::string_view_literals;

// A shorter one is part of many a word, and of no use as a secret.
constexpr std::size_t shortest = 6;

void add(std::vector<std::string>& secrets, std::string_view text) {
    if (text.size() >= shortest) secrets.emplace_back(text);
}

/// The values in `Bearer x`, `a=x; b=y`, `{"a": "x"}`: a server may repeat one of them without the rest.
void add_values(std::vector<std::string>& secrets, std::string_view text, std::string_view before_values) {
    constexpr auto between = " \t\r\n\"'&;,=:{}[]"sv;
    auto at = std::min(text.find_first_of(between), text.size());
    while (at < text.size()) {
        const auto begin = std::min(text.find_first_not_of(between, at), text.size());
        const auto end = std::min(text.find_first_of(between, begin), text.size());
        const auto sign = text.substr(at, begin - at);
        if (sign.find_first_of(before_values) != sign.npos) add(secrets, text.substr(begin, end - begin));
        at = end;
    }
}

// Whatever else is said with a request may be a key: there is no list of their names.
bool tells_no_secret(std::string_view header) {
    constexpr std::array names{"accept"sv,        "accept-charset"sv, "accept-encoding"sv, "accept-language"sv,
                               "cache-control"sv, "connection"sv,     "content-type"sv,    "host"sv,
                               "origin"sv,        "pragma"sv,         "range"sv,           "user-agent"sv};
    return std::ranges::any_of(names, [header](std::string_view name) { return net::same_name(header, name); });
}

/// A name and password that were encoded by hand (RFC 7617 §2): a server may repeat them decoded.
void add_basic(std::vector<std::string>& secrets, std::string_view header) {
    constexpr auto scheme = "basic "sv;
    if (!net::same_name(header.substr(0, scheme.size()), scheme)) return;
    const auto both =
        decode_base64(header.substr(std::min(header.find_first_not_of(' ', scheme.size()), header.size())));
    add(secrets, both);
    if (const auto colon = both.find(':'); colon != std::string::npos) add(secrets, both.substr(colon + 1));
}

}  // namespace

std::vector<std::string> secrets_of(const HttpCheck& check) {
    std::vector<std::string> secrets{check.password};
    if (!check.password.empty()) secrets.push_back(basic_credentials(check));
    if (const auto query = check.path.find('?'); query != std::string::npos) {
        const auto words = std::string_view{check.path}.substr(query + 1);
        add(secrets, words);
        add_values(secrets, words, "=");
    }
    for (const auto& [name, value] : check.headers) {
        if (tells_no_secret(name)) continue;
        add(secrets, value);
        add_values(secrets, value, "= ");
        add_basic(secrets, value);
    }
    add(secrets, check.body);
    add_values(secrets, check.body, "=:");
    return longest_first(std::move(secrets));
}

std::vector<std::string> secrets_of(const Check& check) {
    if (const auto* http = std::get_if<HttpCheck>(&check)) return secrets_of(*http);
    if (const auto* redis = std::get_if<RedisCheck>(&check)) return longest_first({redis->password});
    std::vector<std::string> secrets;
    if (const auto* tcp = std::get_if<TcpCheck>(&check)) {
        for (const auto& step : tcp->steps) secrets.insert(secrets.end(), step.secrets.begin(), step.secrets.end());
    }
    return longest_first(std::move(secrets));
}

}  // namespace connprobe::check
