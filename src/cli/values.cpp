#include "cli/values.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "config/choice.hpp"
#include "config/nearest.hpp"
#include "config/quote.hpp"

namespace connprobe::cli {
namespace {

using config::in_quotes;

/// More would only cost memory: no machine of today has as many processors.
constexpr std::size_t most_threads = 1024;

template <typename Number>
std::optional<Number> whole(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    for (const report::FormatInfo& format : report::formats()) names.push_back(format.name);
    return names;
}

const report::FormatInfo* format_of_ending(std::string_view file) {
    const std::size_t dot = file.rfind('.');
    if (dot == std::string_view::npos) return nullptr;
    const std::string_view ending = file.substr(dot + 1);
    const auto found = std::ranges::find_if(report::formats(), [&](const report::FormatInfo& format) {
        return !ending.empty() && format.ending == ending;
    });
    return found == report::formats().end() ? nullptr : &*found;
}

/// A format that comes later, by its name or by the ending of a file.
std::string_view reserved_format(std::string_view text) {
    if (is_reserved_format(text.substr(0, text.find('=')))) return text.substr(0, text.find('='));
    const std::size_t dot = text.rfind('.');
    if (dot != std::string_view::npos && is_reserved_format(text.substr(dot + 1))) return text.substr(dot + 1);
    return {};
}

std::string unknown_format(std::string_view text) {
    const std::vector<std::string_view> names = format_names();
    const std::string_view name = text.substr(0, text.find('='));
    const std::string_view near = config::nearest(name, names);
    std::string message = "unknown format " + in_quotes(name) + ": expected " + config::one_of(names) +
                          ", or a file whose ending is one of them";
    if (!near.empty()) message += "; did you mean " + std::string{near} + '?';
    return message;
}

}  // namespace

config::Parsed<std::uint64_t> parse_number(std::string_view text) {
    const auto number = whole<std::uint64_t>(text);
    if (!number) return config::Parsed<std::uint64_t>::wrong("expected a whole number, found " + in_quotes(text));
    return *number;
}

config::Parsed<std::size_t> parse_threads(std::string_view text) {
    const auto number = whole<std::size_t>(text);
    if (!number || *number == 0 || *number > most_threads) {
        return config::Parsed<std::size_t>::wrong("expected a number of threads from 1 to " +
                                                  std::to_string(most_threads) + ", found " + in_quotes(text));
    }
    return *number;
}

config::Parsed<std::size_t> parse_max_concurrent(std::string_view text) {
    if (text == "auto") return std::size_t{0};
    const auto number = whole<std::size_t>(text);
    if (!number || *number == 0) {
        return config::Parsed<std::size_t>::wrong("expected a number of attempts, at least 1, or auto, found " +
                                                  in_quotes(text));
    }
    return *number;
}

config::Parsed<Required> parse_required(std::string_view text) {
    if (text == "all") return Required{};
    if (text == "any") return Required{Required::Kind::any, 0};
    if (text.ends_with('%')) {
        double percent = 0;
        const char* const last = text.data() + text.size() - 1;
        const auto [end, error] = std::from_chars(text.data(), last, percent);
        if (error == std::errc{} && end == last && percent >= 0 && percent <= 100) {
            return Required{Required::Kind::percent, percent};
        }
    } else if (const auto count = whole<std::uint32_t>(text)) {
        return Required{Required::Kind::count, static_cast<double>(*count)};
    }
    return config::Parsed<Required>::wrong(
        "expected a number of servers, a percentage from 0% to 100%, all or any, found " + in_quotes(text));
}

config::Parsed<Resolver> parse_resolver(std::string_view text) {
    if (text == "auto") return Resolver{};
    if (text == "system") return Resolver{Resolver::Kind::system, {}};
    if (text == "dns") return Resolver{Resolver::Kind::dns, {}};
    const auto wrong = [&](const std::string& expected) {
        return config::Parsed<Resolver>::wrong("expected " + expected + ", found " + in_quotes(text));
    };
    if (!text.starts_with("dns:")) {
        constexpr std::array<std::string_view, 3> kinds{"auto", "system", "dns"};
        auto problem = wrong("auto, system, dns or dns:ADDR[:PORT]");
        const std::string as_server = "dns:" + std::string{text};
        problem.problem += parse_resolver(as_server) ? ": write " + as_server : config::did_you_mean(text, kinds);
        return problem;
    }

    Resolver resolver{Resolver::Kind::dns, std::string{text.substr(4)}};
    if (is_address(resolver.server)) return resolver;  // also an IPv6 address without brackets
    const std::string_view rest = text.substr(4);
    const bool bracketed = rest.starts_with('[') && rest.find(']') != std::string_view::npos;
    const std::size_t colon = bracketed ? rest.find(':', rest.find(']')) : rest.find(':');
    const std::string_view host = rest.substr(0, colon);
    resolver.server = bracketed && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
    if (!is_address(resolver.server))
        return wrong("an IP address after dns:, as in dns:192.0.2.1 or dns:[2001:db8::1]:53");
    if (colon == std::string_view::npos) return resolver;
    const auto port = whole<std::uint16_t>(rest.substr(colon + 1));
    if (!port || *port == 0) return wrong("a port from 1 to 65535 after the address");
    resolver.port = *port;
    return resolver;
}

config::Parsed<double> parse_share(std::string_view text) {
    double percent = 0;
    const char* const end = text.data() + text.size() - (text.ends_with('%') ? 1 : 0);
    const auto [last, error] = std::from_chars(text.data(), end, percent);
    const bool sound = error == std::errc{} && last == end && text.ends_with('%') && percent > 0 && percent <= 100;
    if (!sound)
        return config::Parsed<double>::wrong("expected a percentage above 0 such as 10%, found " + in_quotes(text));
    return percent / 100;
}

config::Parsed<std::size_t> parse_positive(std::string_view text) {
    const auto number = whole<std::size_t>(text);
    if (!number || *number == 0)
        return config::Parsed<std::size_t>::wrong("expected a whole number of at least 1, found " + in_quotes(text));
    return *number;
}

config::Parsed<Output> parse_output(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (const report::FormatInfo* format = report::find_format(text.substr(0, equals))) {
        if (equals == std::string_view::npos) return Output{format, {}, {}};
        const std::string_view file = text.substr(equals + 1);
        if (file.empty())
            return config::Parsed<Output>::wrong("no file after " + in_quotes(text) + ": write " + std::string{text} +
                                                 "FILE");
        const bool is_standard_output = file == "-" || file == "/dev/stdout";
        return Output{format, is_standard_output ? std::string{} : std::string{file}, {}, is_standard_output};
    }
    if (const report::FormatInfo* format = format_of_ending(text)) return Output{format, std::string{text}, {}};
    if (const auto name = reserved_format(text); !name.empty()) {
        return config::Parsed<Output>::wrong(std::string{name} + ": not supported by this version");
    }
    return config::Parsed<Output>::wrong(unknown_format(text));
}

}  // namespace connprobe::cli
