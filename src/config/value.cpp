#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

#include "config/check_values.hpp"
#include "config/choice.hpp"
#include "config/duration.hpp"
#include "config/json.hpp"
#include "config/proxy_url.hpp"
#include "config/quote.hpp"
#include "config/retry_rule.hpp"
#include "config/url.hpp"
#include "model/starttls.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

using Result = Parsed<Value>;

constexpr std::array<std::string_view, 4> strategies{"none", "fixed", "exponential", "custom"};
constexpr std::array<std::string_view, 3> ocsp_words{"off", "staple", "require"};
constexpr std::array<std::string_view, 3> families{"any", "ipv4", "ipv6"};

Result expected(std::string_view what, std::string_view found) {
    return Result::wrong("expected " + std::string{what} + ", found " + in_quotes(found));
}

Result parse_boolean(std::string_view text) {
    if (text == "true" || text == "false") return Value{text == "true"};
    return expected("true or false", text);
}

Result parse_count(std::string_view text) {
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size() || !is_json_number(text)) {
        return Result::wrong("expected a whole number from 0 to 4294967295, found " + quotable(text));
    }
    return Value{count};
}

std::optional<double> parse_number(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !is_json_number(text)) return std::nullopt;
    return number;
}

Result parse_factor(std::string_view text) {
    const auto number = parse_number(text);
    if (!number || *number < 1 || *number > 1e6)
        return Result::wrong("expected a number of at least 1, found " + quotable(text));
    return Value{*number};
}

Result parse_jitter(std::string_view text) {
    if (text == "full") return Value{Jitter{1, true}};
    const auto number = parse_number(text);
    if (!number || *number < 0 || *number > 1) {
        return Result::wrong("expected a number from 0 to 1, or full, found " + quotable(text));
    }
    return Value{Jitter{*number, false}};
}

Result parse_positive(std::string_view text) {
    auto count = parse_count(text);
    if (count && std::get<std::uint32_t>(*count) == 0)
        return Result::wrong("expected a whole number of at least 1, found 0");
    return count;
}

Result parse_strategy(std::string_view text) {
    const auto found = std::find(strategies.begin(), strategies.end(), text);
    if (found == strategies.end()) return Result::wrong(no_choice(text, strategies));
    return Value{static_cast<Strategy>(found - strategies.begin())};
}

Result parse_family(std::string_view text) {
    const auto found = std::find(families.begin(), families.end(), text);
    if (found == families.end()) return Result::wrong(no_choice(text, families));
    return Value{static_cast<AddressFamily>(found - families.begin())};
}

Result parse_ocsp(std::string_view text) {
    const auto found = std::find(ocsp_words.begin(), ocsp_words.end(), text);
    if (found == ocsp_words.end()) return Result::wrong(no_choice(text, ocsp_words));
    return Value{static_cast<Ocsp>(found - ocsp_words.begin())};
}

/// `1.2`, `TLS12` (as Prometheus) or `TLSv1.2` (as OpenSSL).
Result parse_tls_version(std::string_view text) {
    for (const auto spelling : {"1.2", "TLS12", "TLSv1.2"}) {
        if (text == spelling) return Value{TlsVersion::tls1_2};
    }
    for (const auto spelling : {"1.3", "TLS13", "TLSv1.3"}) {
        if (text == spelling) return Value{TlsVersion::tls1_3};
    }
    for (const auto old : {"1.0", "1.1", "TLS10", "TLS11", "TLSv1", "TLSv1.0", "TLSv1.1", "SSLv3", "SSL30", "1"}) {
        if (text == old)
            return Result::wrong("expected 1.2 or 1.3, found " + in_quotes(text) + ": RFC 8996 forbids what is older");
    }
    return expected("1.2 or 1.3", text);
}

Result parse_starttls(std::string_view text) {
    if (const auto protocol = starttls_of(text)) return Value{*protocol};
    std::vector<std::string_view> names;
    for (const auto& known : starttls_specs) names.push_back(known.name);
    return Result::wrong(no_choice(text, names));
}

Result parse_address_literal(std::string_view text) {
    if (text.size() > 2 && text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (!is_literal(text)) return expected("an IPv4 or IPv6 address", text);
    return Value{std::string{text}};
}

Result parse_proxy_url(std::string_view text) {
    auto proxy = parse_proxy(text);
    return proxy ? Result{Value{std::move(*proxy)}} : Result::wrong(proxy.problem);
}

Result parse_proxy_protocol(std::string_view text) {
    if (text == "1" || text == "v1") return Value{ProxyProtocol::v1};
    if (text == "2" || text == "v2") return Value{ProxyProtocol::v2};
    return Result::wrong("expected 1 or 2, found " + quotable(text));
}

Result parse_host(std::string_view text) {
    if (text.size() > 2 && text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    if (text.find("://") != text.npos)
        return Result::wrong("expected a name or an address, found a URL: write it as url");
    if (auto problem = host_problem(text); !problem.empty()) {
        const auto colon = text.rfind(':');
        if (colon != text.npos && text.find(':') == colon && parse_port(text.substr(colon + 1))) {
            return Result::wrong("expected a host alone, found " + in_quotes(text) + ": write host: " +
                                 quotable(text.substr(0, colon)) + ", port: " + quotable(text.substr(colon + 1)));
        }
        const bool has_login = text.find('@') != text.npos;
        return Result::wrong("expected a name or an address, found " + in_quotes(without_secrets(text)) +
                             (has_login ? " after a user and a password: write them into a url" : ": it " + problem));
    }
    return Value{std::string{text}};
}

Result parse_interface(std::string_view text) {
    // dev_valid_name of the kernel: no slash, colon or space, at most 15 bytes.
    constexpr std::size_t longest = 15;
    const bool is_odd = text.find_first_of("/: \t\n") != text.npos || printable(text) != text;
    if (text.empty() || text.size() > longest || is_odd || text == "." || text == "..")
        return expected("the name of a network interface, such as eth0", text);
    return Value{std::string{text}};
}

Result parse_text(std::string_view text, std::string_view what) {
    if (text.empty()) return Result::wrong("expected " + std::string{what} + ", found an empty text");
    if (printable(text) != text) {
        return Result::wrong("expected " + std::string{what} + " without control characters, found " + in_quotes(text));
    }
    return Value{std::string{text}};
}

Result parse_time(std::string_view text) {
    const auto duration = parse_duration(text);
    if (!duration)
        return Result::wrong("expected a duration, found " + in_quotes(text) + ", which " + duration.problem);
    return Value{*duration};
}

Result parse_port_number(std::string_view text) {
    const auto port = parse_port(text);
    if (!port) return Result::wrong("expected 1\u201365535, found " + quotable(text));
    return Value{std::uint32_t{*port}};
}

std::string format_number(double number) {
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    return {buffer.data(), end};
}

struct FormatValue {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::uint32_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return format_number(value); }
    std::string operator()(Duration value) const { return format_duration(value); }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(const std::vector<std::string>& value) const {
        std::string text;
        for (const auto& word : value) text += (text.empty() ? "" : ",") + word;
        return text;
    }
    std::string operator()(const Jitter& value) const { return value.full ? "full" : format_number(value.share); }
    std::string operator()(Strategy value) const { return std::string{strategies[static_cast<std::size_t>(value)]}; }
    std::string operator()(TlsVersion value) const { return value == TlsVersion::tls1_2 ? "1.2" : "1.3"; }
    std::string operator()(Ocsp value) const { return std::string{ocsp_words[static_cast<std::size_t>(value)]}; }
    std::string operator()(StartTls value) const { return std::string{spec(value).name}; }
    std::string operator()(AddressFamily value) const { return std::string{families[static_cast<std::size_t>(value)]}; }
    std::string operator()(const std::vector<TcpStep>& value) const {
        std::string text;
        for (const auto& step : value) {
            text.append(step.expect).append(1, '\0').append(step.send).append(1, '\0');
            for (const auto& secret : step.secrets) text.append(secret).append(1, '\0');
        }
        return text;
    }
    std::string operator()(const std::vector<HttpHeader>& value) const {
        std::string text;
        for (const auto& [name, content] : value) text.append(name).append(1, '\0').append(content).append(1, '\0');
        return text;
    }
    std::string operator()(const std::vector<StatusRange>& value) const {
        std::string text;
        for (const auto& [first, last] : value) {
            text += (text.empty() ? "" : ", ") + std::to_string(first);
            if (last != first) text += '-' + std::to_string(last);
        }
        return text;
    }
    std::string operator()(const std::optional<Proxy>& value) const {
        if (!value) return "none";
        return shown_proxy(value).append(1, '\0').append(value->username).append(1, '\0').append(value->password);
    }
    std::string operator()(ProxyProtocol value) const { return value == ProxyProtocol::v1 ? "1" : "2"; }
    std::string operator()(const std::vector<RuleSpec>& value) const {
        std::string text;
        for (const auto& rule : value) text += (text.empty() ? "" : " ") + format_rule(rule);
        return text;
    }
};

}  // namespace

const Setting* find_setting(const Layer& layer, Key key) noexcept {
    const auto found = std::find_if(layer.begin(), layer.end(), [key](const Setting& each) { return each.key == key; });
    return found == layer.end() ? nullptr : &*found;
}

Parsed<Value> parse_value(ValueType type, std::string_view text) {
    switch (type) {
        case ValueType::boolean: return parse_boolean(text);
        case ValueType::count: return parse_count(text);
        case ValueType::positive: return parse_positive(text);
        case ValueType::factor: return parse_factor(text);
        case ValueType::port: return parse_port_number(text);
        case ValueType::duration: return parse_time(text);
        case ValueType::path: return parse_text(text, "a path");
        case ValueType::address: return parse_address_literal(text);
        case ValueType::host: return parse_host(text);
        case ValueType::jitter: return parse_jitter(text);
        case ValueType::strategy: return parse_strategy(text);
        case ValueType::tls_version: return parse_tls_version(text);
        case ValueType::ocsp: return parse_ocsp(text);
        case ValueType::starttls: return parse_starttls(text);
        case ValueType::family: return parse_family(text);
        case ValueType::proxy: return parse_proxy_url(text);
        case ValueType::proxy_protocol: return parse_proxy_protocol(text);
        case ValueType::interface: return parse_interface(text);
        case ValueType::check_type:
        case ValueType::method:
        case ValueType::request_path:
        case ValueType::regex:
        case ValueType::variable:
        case ValueType::body: return parse_check_value(type, text);
        default: return parse_text(text, "a text");
    }
}

std::string format_value(const Value& value) { return std::visit(FormatValue{}, value); }

}  // namespace connprobe::config
