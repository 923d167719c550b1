#include "config/url_parts.hpp"

#include <algorithm>
#include <charconv>

#include "config/quote.hpp"
#include "config/url.hpp"

namespace connprobe::config {
namespace {

using Text = Parsed<std::string>;

// RFC 3986 §2.1.
Text decoded(std::string_view text, std::string_view what) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        unsigned value = 0;
        const auto digits = text.substr(i + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2)
            return Text::wrong("a % in the " + std::string{what} + " is not followed by two digits: write %25");
        if (value == 0) return Text::wrong("the " + std::string{what} + " has a NUL in it");
        result += static_cast<char>(value);
        i += 2;
    }
    return result;
}

/// Reads `user:password`; gives what is wrong, without saying it.
std::string read_userinfo(std::string_view text, UrlParts& parts) {
    const auto colon = text.find(':');
    auto user = decoded(text.substr(0, colon), "user name");
    if (!user) return user.problem;
    parts.user = std::move(*user);
    if (colon == text.npos) return {};
    auto password = decoded(text.substr(colon + 1), "password");
    if (!password) return password.problem;
    parts.password = std::move(*password);
    return {};
}

// What a browser would send: bytes beyond ASCII are percent-encoded (RFC 3987 §3.1).
std::string encoded(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            result += c;
        } else {
            result.append(1, '%').append(1, "0123456789ABCDEF"[byte >> 4]).append(1, "0123456789ABCDEF"[byte & 15U]);
        }
    }
    return result;
}

std::string database_problem(Scheme scheme, const UrlParts& parts) {
    const auto path = std::string_view{*parts.path};
    const auto name = decoded(path.substr(1, path.find('?') - 1), "path");
    if (!name) return name.problem;
    if (spec(scheme).check != CheckType::redis || name->empty()) return {};
    std::uint32_t number = 0;
    const auto* end = name->data() + name->size();
    const auto [last, error] = std::from_chars(name->data(), end, number);
    if (error == std::errc{} && last == end) return {};
    return "the path is the number of a database, such as /0; found /" + quotable(*name);
}

}  // namespace

std::string_view authority_of(std::string_view rest) noexcept { return rest.substr(0, rest.find_first_of("/?#")); }

std::string request_path_problem(std::string_view path) {
    if (!path.starts_with('/')) return "does not begin with a slash";
    const auto is_bad = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    if (std::ranges::any_of(path, is_bad)) return "has a space or a control character in it: write %20 for a space";
    return path.find('#') == path.npos ? "" : "has a # in it, which is never sent: write %23";
}

std::string database_of(const UrlParts& parts) {
    if (!parts.path) return {};
    const auto path = std::string_view{*parts.path};
    const auto name = decoded(path.substr(1, path.find('?') - 1), "path");
    return name ? *name : std::string{};
}

Parsed<std::string_view> take_url_parts(Scheme scheme, std::string_view rest, UrlParts& parts) {
    using Result = Parsed<std::string_view>;
    auto authority = authority_of(rest);
    auto path = rest.substr(authority.size());
    path = path.substr(0, path.find('#'));
    if (const auto at = authority.rfind('@'); at != authority.npos) {
        if (auto problem = read_userinfo(authority.substr(0, at), parts); !problem.empty())
            return Result::wrong(std::move(problem));
        authority.remove_prefix(at + 1);
    } else if (const auto colon = authority.rfind(':');
               rest.find('@') != rest.npos && colon != rest.npos && !parse_port(authority.substr(colon + 1))) {
        // Not a word of it may be shown: it could be the beginning of a password.
        return Result::wrong("a /, ? or # in a user name or password: write %2F, %3F or %23");
    }
    if (path.empty()) return authority;
    parts.path = encoded(path.starts_with('/') ? std::string{path} : '/' + std::string{path});
    auto problem = request_path_problem(*parts.path);
    if (!problem.empty()) return Result::wrong("the path " + std::move(problem));
    problem = spec(scheme).check == CheckType::http ? "" : database_problem(scheme, parts);
    return problem.empty() ? Result{authority} : Result::wrong(std::move(problem));
}

}  // namespace connprobe::config
