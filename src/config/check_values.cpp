#include "config/check_values.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "config/choice.hpp"
#include "config/host.hpp"
#include "config/proxy_url.hpp"
#include "config/quote.hpp"
#include "config/url_parts.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

using Result = Parsed<Value>;
using namespace std::string_view_literals;

constexpr std::array later_types{"mysql"sv, "smtp"sv, "imap"sv, "grpc"sv, "ws"sv, "mqtt"sv, "amqp"sv, "udp"sv, "dns"sv};

// RFC 9110 §5.6.2.
bool is_token(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               "!#$%&'*+-.^_`|~"sv.find(c) != std::string_view::npos;
    };
    return !text.empty() && std::ranges::all_of(text, fits);
}

Result parse_type(std::string_view text) {
    std::vector<std::string_view> names;
    for (const auto& each : check_specs) names.push_back(each.name);
    if (text == "none" || std::ranges::find(names, text) != names.end()) return Value{std::string{text}};
    if (std::ranges::find(later_types, text) != later_types.end())
        return Result::wrong(std::string{text} + ": not supported by this version");
    return Result::wrong(no_choice(text, names));
}

Result parse_method(std::string_view text) {
    const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; };
    if (!text.empty() && std::ranges::all_of(text, fits)) return Value{std::string{text}};
    return Result::wrong("expected a method in capital letters, such as GET or HEAD, found " + in_quotes(text));
}

Result parse_path(std::string_view text) {
    const auto problem = request_path_problem(text);
    if (problem.empty()) return Value{std::string{text}};
    return Result::wrong("expected a path such as /healthz, found " + in_quotes(text.substr(0, text.find('?'))) +
                         ", which " + problem);
}

Result parse_regex(std::string_view text) {
    if (text.empty()) return Result::wrong("expected a regular expression, found an empty text");
    const RE2 regex{std::string{text}, RE2::Quiet};
    if (regex.ok()) return Value{std::string{text}};
    return Result::wrong("expected a regular expression (RE2), found " + in_quotes(text) + ": " +
                         quotable(regex.error()));
}

Result parse_variable(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    };
    if (!text.empty() && std::ranges::all_of(text, fits)) return Value{std::string{text}};
    // It may be the password itself.
    return Result::wrong("expected the name of an environment variable, such as REDIS_PASSWORD, found another text");
}

std::string shown(const std::vector<TcpStep>& steps) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    for (const auto& step : steps) {
        const auto is_in = [&](const std::string& secret) { return step.expect.find(secret) != std::string::npos; };
        if (std::ranges::any_of(step.secrets, is_in))
            add("expect a text from the environment");
        else if (!step.expect.empty())
            add("expect /" + step.expect + '/');
        if (!step.send.empty()) add(step.secret ? "send a text from the environment" : "send " + in_quotes(step.send));
    }
    return text;
}

}  // namespace

Result parse_check_value(ValueType type, std::string_view text) {
    switch (type) {
        case ValueType::check_type: return parse_type(text);
        case ValueType::method: return parse_method(text);
        case ValueType::request_path: return parse_path(text);
        case ValueType::regex: return parse_regex(text);
        case ValueType::variable: return parse_variable(text);
        default: return Value{std::string{text}};
    }
}

Parsed<StatusRange> parse_status(std::string_view text) {
    const auto number = [](std::string_view part) -> std::uint16_t {
        std::uint16_t status = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), status);
        const bool whole = error == std::errc{} && end == part.data() + part.size();
        return whole && part.size() == 3 && status >= 100 ? status : std::uint16_t{0};
    };
    const auto dash = text.find('-');
    const StatusRange range{number(text.substr(0, dash)), number(dash == text.npos ? text : text.substr(dash + 1))};
    const auto found = ", found " + in_quotes(text);
    // RFC 9110 §15.2: they are passed over, as the answer is yet to come; only 101 is one.
    constexpr std::uint16_t switching_protocols = 101, first_final = 200;
    const bool is_switch = range.first == switching_protocols && range.last == switching_protocols;
    if (range.last >= range.first && range.first != 0 && range.first < first_final && !is_switch)
        return Parsed<StatusRange>::wrong("expected 101 or statuses from 200: the others below it are interim" + found);
    if (range.first != 0 && range.last >= range.first) return range;
    if (range.first != 0 && range.last != 0)
        return Parsed<StatusRange>::wrong("expected a range that ends after it begins" + found);
    return Parsed<StatusRange>::wrong("expected a status from 100 to 999, or a range such as \"301-399\"" + found);
}

std::string header_name_problem(std::string_view name) {
    if (!is_token(name)) return "is no name of a header: letters, digits and hyphens";
    const auto lower = lower_case(name);
    if (lower == "content-length" || lower == "transfer-encoding" || lower == "connection")
        return "is written by connprobe itself: leave it out";
    return {};
}

std::string header_value_problem(std::string_view value) {
    const auto is_bad = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
    return std::ranges::any_of(value, is_bad) ? "has a line end or another control character in it" : "";
}

std::string shown_value(const Setting& setting) {
    if (const auto* steps = std::get_if<std::vector<TcpStep>>(&setting.value)) return shown(*steps);
    if (setting.key == Key::check_body) {
        const auto size = std::get<std::string>(setting.value).size();
        return std::to_string(size) + (size == 1 ? " byte" : " bytes");
    }
    // Without the query, which may hold a token.
    if (setting.key == Key::check_path) {
        const auto& path = std::get<std::string>(setting.value);
        return path.substr(0, path.find('?'));
    }
    if (const auto* proxy = std::get_if<std::optional<Proxy>>(&setting.value)) return shown_proxy(*proxy);
    const auto* headers = std::get_if<std::vector<HttpHeader>>(&setting.value);
    if (headers == nullptr) return format_value(setting.value);
    std::string text;
    for (const auto& [name, value] : *headers) {
        text.append(text.empty() ? "" : ", ").append(name);
        if (setting.key == Key::check_expect_headers) text.append(": /").append(value) += '/';
    }
    return text;
}

}  // namespace connprobe::config
