#include "config/read_value.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "config/quote.hpp"
#include "config/read_check.hpp"

namespace connprobe::config {
namespace {

bool is_number(ValueType type) noexcept {
    return type == ValueType::count || type == ValueType::positive || type == ValueType::factor ||
           type == ValueType::port || type == ValueType::version || type == ValueType::proxy_protocol;
}

/// The kinds of a document's value from which this type can be read.
bool takes(ValueType type, const Node& node) noexcept {
    if (node.kind == NodeKind::string) return !(is_number(type) || type == ValueType::boolean) || node.substituted;
    if (node.kind == NodeKind::boolean && type == ValueType::proxy) return node.text == "false";
    if (node.kind == NodeKind::boolean) return type == ValueType::boolean;
    if (node.kind != NodeKind::number) return false;
    // A bare 1.2 is how a version is written in YAML; a bare 0 is no limit, and 500 is told that it lacks a unit.
    return is_number(type) || type == ValueType::jitter || type == ValueType::tls_version ||
           type == ValueType::duration;
}

std::string_view wanted(ValueType type) noexcept {
    switch (type) {
        case ValueType::boolean: return "true or false";
        case ValueType::count: return "a whole number";
        case ValueType::positive: return "a whole number of at least 1";
        case ValueType::factor: return "a number of at least 1";
        case ValueType::port: return "1\u201365535";
        case ValueType::duration: return "a duration such as \"500ms\"";
        case ValueType::jitter: return "a number from 0 to 1, or full";
        case ValueType::strategy: return "none, fixed, exponential or custom";
        case ValueType::tls_version: return "1.2 or 1.3";
        case ValueType::ocsp: return "off, staple or require";
        case ValueType::starttls: return "smtp, imap, pop3, ftp, ldap, postgres or mysql";
        case ValueType::family: return "any, ipv4 or ipv6";
        case ValueType::proxy: return "a URL such as \"http://HOST:3128\", or false";
        case ValueType::proxy_protocol: return "1 or 2";
        case ValueType::address: return "an IPv4 or IPv6 address";
        case ValueType::host: return "a name or an address";
        case ValueType::path: return "a path";
        case ValueType::check_type: return "tcp, http, redis or postgres";
        case ValueType::request_path: return "a path such as /healthz";
        case ValueType::regex: return "a regular expression";
        default: return "a text";
    }
}

std::string in_folder(std::string path, std::string_view folder) {
    if (folder.empty() || path.starts_with('/')) return path;
    return std::string{folder} + '/' + path;
}

std::optional<Value> read_scalar(const KeyInfo& key, const Node& node, const Path* path, const Reading& reading) {
    const Spot spot{reading.source, node.place};
    if (!takes(key.type, node)) {
        reading.problems.error(
            spot, path,
            "expected " + std::string{wanted(key.type)} + ", found " + describe(node) + remedy(key.type, node));
        return std::nullopt;
    }
    auto value = parse_value(key.type, node.text);
    if (!value) {
        reading.problems.error(spot, path, value.problem);
        return std::nullopt;
    }
    if (key.type == ValueType::path) return Value{in_folder(std::get<std::string>(*value), reading.folder)};
    return std::move(*value);
}

/// `h2,http/1.1`: the text of an option or a variable where a list is wanted.
std::vector<std::string> split_words(std::string_view text, const char* separators = ",") {
    std::vector<std::string> words;
    for (;;) {
        const auto comma = text.find_first_of(separators);
        words.emplace_back(text.substr(0, comma));
        if (comma == text.npos) return words;
        text.remove_prefix(comma + 1);
    }
}

/// A SHA-256 has 32 bytes: 43 digits of base 64 and one to fill up (RFC 4648 §4).
std::string pin_problem(std::string_view word) {
    constexpr std::string_view begin = "sha256//";
    constexpr std::size_t digits = 43;
    const auto is_digit = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' || c == '/';
    };
    if (!word.starts_with(begin)) return "does not begin with sha256//";
    word.remove_prefix(begin.size());
    if (word.size() == digits + 1 && word.back() == '=' && std::all_of(word.begin(), word.end() - 1, is_digit))
        return {};
    return "is no SHA-256 in base 64: expected 43 digits and =";
}

std::string word_problem(Key key, std::string_view word) {
    if (word.empty()) return "is empty";
    if (key == Key::tls_pins) return pin_problem(word);
    if (key == Key::tls_alpn) return word.size() > 255 ? "is longer than 255 bytes (RFC 7301)" : "";
    const auto is_bad = [](char c) { return static_cast<unsigned char>(c) <= 0x20U || c == 0x7F || c == ','; };
    if (std::any_of(word.begin(), word.end(), is_bad)) return "has a space, a comma or a control character in it";
    return word.front() == '!' ? "begins with !, which --tag takes for \"without\"" : "";
}

std::optional<Value> read_words(const KeyInfo& key, const Node& node, const Path* path, const Reading& reading) {
    std::vector<std::string> words;
    if (node.kind == NodeKind::string && node.substituted) {
        words = split_words(node.text, key.key == Key::tls_ciphers ? ":," : ",");
    } else if (node.kind == NodeKind::string && key.key == Key::tls_ciphers) {
        words = split_words(node.text, ":,");  // as OpenSSL and curl write them
    } else if (node.kind != NodeKind::list) {
        reading.problems.error({reading.source, node.place}, path,
                               "expected a list of words, found " + describe(node) +
                                   (node.kind == NodeKind::string ? ": write [" + quotable(node.text) + ']' : ""));
        return std::nullopt;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Path item{path, {}, i};
        const auto& child = node.children[i];
        if (child.broken) return std::nullopt;
        if (child.kind == NodeKind::string) {
            words.emplace_back(child.text);
            continue;
        }
        reading.problems.error({reading.source, child.place}, &item,
                               "expected a word, found " + describe(child) + remedy(ValueType::text, child));
        return std::nullopt;
    }
    for (const auto& word : words) {
        const auto problem = word_problem(key.key, word);
        if (problem.empty()) continue;
        reading.problems.error({reading.source, node.place}, path, "the word " + in_quotes(word) + ' ' + problem);
        return std::nullopt;
    }
    return Value{std::move(words)};
}

}  // namespace

std::string remedy(ValueType type, const Node& node) {
    if (node.kind == NodeKind::string && (is_number(type) || type == ValueType::boolean) &&
        parse_value(type, node.text)) {
        return ": write " + quotable(node.text) + " without quotes";
    }
    if (type == ValueType::boolean && node.kind == NodeKind::string) {
        for (const auto word : {"yes", "on", "True", "TRUE", "Yes", "On", "YES", "ON"}) {
            if (node.text == word) return ": write true";
        }
        for (const auto word : {"no", "off", "False", "FALSE", "No", "Off", "NO", "OFF"}) {
            if (node.text == word) return ": write false";
        }
    }
    const bool wants_text = !is_number(type) && type != ValueType::boolean;
    if (wants_text && (node.kind == NodeKind::number || node.kind == NodeKind::boolean)) {
        return ": write \"" + quotable(node.text) + "\" in quotes";
    }
    return {};
}

std::optional<Value> read_value(const KeyInfo& key, const Node& node, const Path* path, const Reading& reading) {
    switch (key.type) {
        case ValueType::words: return read_words(key, node, path, reading);
        case ValueType::steps:
        case ValueType::statuses:
        case ValueType::headers:
        case ValueType::regex_headers: return read_check_list(key, node, path, reading);
        default: return read_scalar(key, node, path, reading);
    }
}

}  // namespace connprobe::config
