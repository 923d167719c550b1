#include "net/http_connect.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "model/base64.hpp"
#include "net/connect_errors.hpp"
#include "net/tls_greeting.hpp"

namespace connprobe::net {

namespace {

using namespace std::string_view_literals;

/// What a proxy says of the target, in its own words.
struct Reason {
    Code code;
    std::string words;
    bool is_own_fault = false;  ///< it is not about the target after all
};

struct WordRow {
    std::string_view word;
    Code code;
};

// RFC 9209 §2.3, the header Proxy-Status.
constexpr std::array statuses{
    WordRow{"dns_timeout", Code::dns_timeout},
    WordRow{"dns_error", Code::host_not_found},
    WordRow{"destination_ip_prohibited", Code::proxy_denied},
    WordRow{"destination_ip_unroutable", Code::network_unreachable},
    WordRow{"connection_refused", Code::connection_refused},
    WordRow{"connection_terminated", Code::connection_closed},
    WordRow{"connection_timeout", Code::connect_timeout},
    WordRow{"connection_read_timeout", Code::connect_timeout},
    WordRow{"connection_write_timeout", Code::connect_timeout},
};

// RFC 8499 §3 has the names of rcodes, which this header carries.
constexpr std::array rcodes{
    WordRow{"NXDOMAIN", Code::host_not_found},
    WordRow{"SERVFAIL", Code::dns_server_failure},
    WordRow{"REFUSED", Code::dns_refused},
};

template <std::size_t Size>
std::optional<Code> code_of(const std::array<WordRow, Size>& rows, std::string_view word) {
    const auto found = std::ranges::find(rows, word, &WordRow::word);
    return found == rows.end() ? std::nullopt : std::optional{found->code};
}

/// What stands before the next `mark` outside of quoted texts; it is taken off with the mark, and the blanks before it.
std::string_view take_until(std::string_view& text, char mark) {
    std::size_t end = 0;
    for (bool quoted = false; end < text.size() && (quoted || text[end] != mark); ++end) {
        if (text[end] == '"') quoted = !quoted;
        if (text[end] == '\\') ++end;
    }
    auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    part.remove_prefix(std::min(part.find_first_not_of(" \t"), part.size()));
    return part;
}

/// The next element of a list (RFC 9110 §5.6.1).
std::string_view take_element(std::string_view& list) { return take_until(list, ','); }

// The value of a parameter (RFC 8941 §3.1.2): `error=dns_error; rcode="NXDOMAIN"`.
std::string_view parameter(std::string_view parameters, std::string_view name) {
    while (!parameters.empty()) {
        auto value = take_until(parameters, ';');
        if (!value.starts_with(name) || !value.substr(name.size()).starts_with('=')) continue;
        value.remove_prefix(name.size() + 1);
        if (value.starts_with('"')) return value.substr(1, value.find('"', 1) - 1);
        return value.substr(0, value.find_first_of(" \t"));
    }
    return {};
}

// A proxy that says nothing of an error may stand in the list before one that does.
std::optional<Reason> by_proxy_status(const HttpReply& reply) {
    for (const auto& [name, value] : reply.headers()) {
        std::string_view list = same_name(name, "proxy-status") ? std::string_view{value} : std::string_view{};
        while (!list.empty()) {
            auto parameters = take_element(list);
            take_until(parameters, ';');  // the proxy's name
            const auto word = parameter(parameters, "error");
            auto code = code_of(statuses, word);
            if (!code) continue;
            if (word == "dns_error") code = code_of(rcodes, parameter(parameters, "rcode")).value_or(*code);
            return Reason{*code, "Proxy-Status: " + std::string{word}};
        }
    }
    return std::nullopt;
}

// Squid says what failed, with the errno of its connect: `ERR_CONNECT_FAIL 111`.
std::optional<Reason> by_squid_error(const Route& route, const HttpReply& reply) {
    const auto header = reply.header("x-squid-error");
    const auto space = std::min(header.find(' '), header.size());
    const auto word = header.substr(0, space);
    const auto number = header.substr(std::min(space + 1, header.size()));
    int error = 0;
    std::from_chars(number.data(), number.data() + number.size(), error);
    const auto words = "X-Squid-Error: " + hide_login(std::string{header}, route.proxy);
    if (word == "ERR_DNS_FAIL") return Reason{Code::host_not_found, words};
    if (word == "ERR_ACCESS_DENIED") return Reason{Code::proxy_denied, words};
    if (word != "ERR_CONNECT_FAIL" && word != "ERR_CANNOT_FORWARD") return std::nullopt;
    const auto code = error == 0 ? std::nullopt : connect_code(error, {});
    if (!code) return std::nullopt;
    // What the proxy's machine lacks is the proxy's fault, and nothing of this machine.
    const bool is_own_fault = info(*code).failure_class == FailureClass::local;
    return Reason{is_own_fault ? Code::proxy_denied : *code, words + " (" + errno_name(error) + ")", is_own_fault};
}

std::optional<Reason> reason_of(const Route& route, const HttpReply& reply) {
    if (auto reason = by_proxy_status(reply)) return reason;
    if (auto reason = by_squid_error(route, reply)) return reason;
    constexpr unsigned gateway_timeout = 504;  // RFC 9110 §15.6.5
    if (reply.status() == gateway_timeout) return Reason{Code::connect_timeout, ""};
    return std::nullopt;
}

std::string line_of(const Route& route, const HttpReply& reply) {
    constexpr std::size_t enough = 60;
    auto line = std::to_string(reply.status());
    if (!reply.reason().empty()) line += ' ' + hide_login(reply.reason(), route.proxy).substr(0, enough);
    return line;
}

// Basic if it is among them, for that is spoken here. Their parameters are elements of the same list (RFC 9110 §11.6.1).
std::string_view wanted_login(const HttpReply& reply) {
    constexpr std::size_t enough = 60;
    std::string_view first;
    for (const auto& [name, value] : reply.headers()) {
        std::string_view list = same_name(name, "proxy-authenticate") ? std::string_view{value} : std::string_view{};
        while (!list.empty()) {
            const auto element = take_element(list);
            const auto scheme = element.substr(0, std::min(element.find_first_of(" \t="), enough));
            const auto next = element.find_first_not_of(" \t", scheme.size());
            const bool is_parameter = next != element.npos && element[next] == '=';
            if (is_parameter) continue;
            if (same_name(scheme, "basic")) return scheme;
            if (first.empty()) first = scheme;
        }
    }
    return first;
}

Failure wants_login(const Route& route, const HttpReply& reply) {
    const auto scheme = wanted_login(reply);
    const bool given = has_credentials(route.proxy);
    auto message =
        route.proxy_text() +
        (given ? " does not accept the user and password" : " wants a login, and no user and password were given") +
        " (" + line_of(route, reply) + ")";
    if (!scheme.empty() && !same_name(scheme, "basic"))
        return proxy_fault(Code::proxy_authentication_failed,
                           message + "; it asks for " + hide_login(std::string{scheme}, route.proxy),
                           "only Basic is spoken here: allow it in the proxy, or let this machine in without a login");
    return proxy_fault(
        Code::proxy_authentication_failed, std::move(message),
        given ? "check the user and password in the proxy's URL (percent-encode @, : and /)"
              : "write them into its URL: " + std::string{to_string(route.proxy.type)} + "://USER:PASSWORD@HOST:PORT");
}

std::string hint_for_refusal(const Route& route, unsigned status) {
    switch (status) {
        // As tinyproxy answers a wrong password.
        case 401:
            return "a proxy that says so does not accept the user and password in its URL; a web server that is no "
                   "proxy answers like this, too";
        case 403: return "the proxy's rules do not allow " + route.target_text() + ": often only port 443 is";
        case 400:
        case 404:
        case 405:
        case 501: return "a web server that is no proxy answers like this: is it the proxy's port?";
        case 500:  // as tinyproxy answers whatever failed
        case 502:
        case 503:
            return "the proxy does not say what failed: see its log, and whether it can reach " + route.target_text();
        default: return {};
    }
}

Failure said_of_target(const Route& route, const HttpReply& reply, const Reason& reason) {
    auto message = route.proxy_text() + " could not connect to " + route.target_text() + " (" + line_of(route, reply);
    if (!reason.words.empty()) message += ", " + reason.words;
    return through_proxy(
        reason.code, message + ")",
        reason.is_own_fault
            ? "the proxy's machine lacks something or forbids it, whatever the target does: see the proxy's log"
        : reason.code == Code::proxy_denied ? hint_for_refusal(route, 403)
        : info(reason.code).failure_class == FailureClass::dns
            ? "the proxy looks the name up, not this machine: see there what its resolver says of it"
            : "seen from the proxy, not from here: look on the proxy's machine for the way to " + route.target_text());
}

}  // namespace

std::string connect_request(const Route& route) {
    const auto target = route.target_text();
    std::string request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
    if (has_credentials(route.proxy))
        request += "Proxy-Authorization: Basic " + base64(route.proxy.username + ':' + route.proxy.password) + "\r\n";
    return request + "User-Agent: connprobe/" CONNPROBE_VERSION "\r\n\r\n";
}

std::optional<Failure> judge_connect(const Route& route, const HttpReply& reply) {
    constexpr unsigned proxy_login = 407;
    const auto status = reply.status();
    if (reply.major() != 1)
        return proxy_fault(Code::proxy_unexpected_reply, route.proxy_text() + " answered in HTTP/" +
                                                             std::to_string(reply.major()) +
                                                             ", and HTTP/1.1 was spoken to it");
    if (status >= 200 && status < 300) return std::nullopt;
    if (status == proxy_login) return wants_login(route, reply);
    if (const auto reason = reason_of(route, reply)) return said_of_target(route, reply, *reason);
    auto message = route.proxy_text() + " answered " + line_of(route, reply) + " to CONNECT " + route.target_text();
    if (status >= 400 && status < 600)
        return proxy_fault(Code::proxy_denied, std::move(message), hint_for_refusal(route, status));
    return proxy_fault(
        Code::proxy_unexpected_reply, std::move(message),
        "neither a go-ahead (200) nor a refusal: is it a proxy, or a page that one must log in to first?");
}

Failure broken_answer(const Route& route, std::string_view first, std::string_view problem) {
    constexpr std::size_t enough = 64;
    if (!first.starts_with("HTTP/")) return no_such_proxy(route, first);
    const auto line = hide_login(std::string{first.substr(0, first.find_first_of("\r\n"))}, route.proxy);
    return proxy_fault(Code::proxy_unexpected_reply,
                       route.proxy_text() + " answered in malformed HTTP (" + std::string{problem} +
                           "); it begins with " + shown(line.substr(0, enough)),
                       "the proxy breaks HTTP here: see its log, and what stands before it");
}

}  // namespace connprobe::net
