#include "check/http_judge.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <utility>

#include "check/conversation.hpp"
#include "check/expressions.hpp"
#include "check/secrets.hpp"
#include "model/text.hpp"

namespace connprobe::check {

namespace {

// A server may repeat in its answer what it was told.
std::string safe_excerpt(std::string_view text, const HttpCheck& check) {
    return excerpt(hide(std::string{text}, secrets_of(check)));
}

bool wanted(unsigned status, const std::vector<StatusRange>& ranges) {
    if (ranges.empty()) return status >= 200 && status <= 399;
    return std::ranges::any_of(ranges,
                               [&](const auto& range) { return status >= range.first && status <= range.last; });
}

std::string listed(const std::vector<StatusRange>& ranges) {
    if (ranges.empty()) return "200-399";
    std::string text;
    for (const auto& [first, last] : ranges) {
        text += (text.empty() ? "" : ", ") + std::to_string(first);
        if (last != first) text += '-' + std::to_string(last);
    }
    return text;
}

// Without the query, which may hold a token.
std::string request_line(const HttpCheck& check) {
    return check.method + ' ' + check.path.substr(0, check.path.find('?'));
}

std::string answer(const net::HttpReply& reply, const HttpCheck& check) {
    auto text = "the server answered " + std::to_string(reply.status());
    const auto reason = safe_excerpt(reply.reason(), check);
    if (!reply.reason().empty()) text.append(" ").append(reason, 1, reason.size() - 2);
    return text + " to " + request_line(check);
}

constexpr std::string_view hint_for_broken_http = "the server breaks HTTP here: see its log, and what stands before it";
constexpr std::string_view hint_for_another_text =
    "compare it with `curl -si URL`; if the answer is right, correct the pattern";

// Userinfo and query may hold a token.
std::string without_secrets(std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    const auto slashes = url.find("//");
    if (slashes == url.npos) return std::string{url};
    const auto host = slashes + 2;
    const auto at = url.substr(host, url.find('/', host) - host).rfind('@');
    return std::string{url.substr(0, host)}.append(url.substr(at == url.npos ? host : host + at + 1));
}

std::string hint_for_redirect(const net::HttpReply& reply, const HttpCheck& check) {
    const auto location = reply.header("location");
    if (location.empty())
        return "it leads elsewhere, and redirects are not followed: probe where it leads to, or list this status";
    return "it leads to " + safe_excerpt(without_secrets(location), check) + ": probe that, or list " +
           std::to_string(reply.status()) + " in status";
}

// nginx, Apache, Go and Tomcat answer in plain text when plain text meets their TLS port.
bool wants_tls(std::string_view body) {
    for (const std::string_view words : {"HTTPS port", "HTTPS server", "SSL-enabled server port", "requires TLS"})
        if (body.find(words) != std::string_view::npos) return true;
    return false;
}

// nginx shakes hands with whoever has none, or a bad one, and refuses then.
std::string_view hint_for_certificate(std::string_view body) {
    if (body.find("No required SSL certificate was sent") != std::string_view::npos)
        return "the server wants a client certificate and got none: give one (--cert, --key)";
    if (body.find("The SSL certificate error") != std::string_view::npos)
        return "the server does not accept the client certificate: check that it is valid and issued by an authority "
               "that the server trusts";
    return {};
}

std::string hint_for(const net::HttpReply& reply, const HttpCheck& check, std::string_view rest) {
    const auto status = reply.status();
    if (status == 400 && wants_tls(rest)) return "the port speaks TLS: write https://, or turn tls on for it";
    if (const auto hint = hint_for_certificate(rest); status == 400 && !hint.empty()) return std::string{hint};
    if (status == 400) return "check path and Host header: `curl -v URL`";
    if (status == 404 || status == 410) return "check the path: the server is there, but knows nothing under it";
    if (status == 405) return "check the method: this path takes another one";
    if (status == 407) return "a proxy stands at this address and wants a user and password of its own";
    if (status == 429) return "the server limits the rate of requests: probe it less often, or ask for an exception";
    if (status == 502 || status == 503 || status == 504)
        return "it may be a proxy whose backend is down, or a service that starts or is overloaded: see its log";
    if (status == 511) return "a network login page answers: log this machine in";
    if (status >= 500) return "the application failed: look into its log for this request";
    if (status >= 300 && status <= 399) return hint_for_redirect(reply, check);
    return {};
}

Failure unwanted_status(const net::HttpReply& reply, const HttpCheck& check, std::string_view rest) {
    const auto expected = "; expected " + listed(check.status);
    if (reply.status() == 401) {
        const bool gave = !check.username.empty() || !check.password.empty();
        return failure(Code::authentication_failed, answer(reply, check) + expected,
                       gave ? "check user and password; try them with curl"
                            : "the path wants a login: give user and password, another path, or list 401 in status");
    }
    if (reply.status() == 403)
        return failure(Code::forbidden, answer(reply, check) + expected,
                       "check that this machine or user may use the path, or list 403 in status");
    return failure(Code::unexpected_status, answer(reply, check) + expected, hint_for(reply, check, rest));
}

std::optional<Failure> judge_header(const net::HttpReply& reply, const HttpHeader& expected, const HttpCheck& check) {
    std::string found;
    for (const auto& header : reply.headers()) {
        if (!net::same_name(header.name, expected.name)) continue;
        if (has_expected(header.value, expected.value)) return std::nullopt;
        found += (found.empty() ? "" : ", ") + safe_excerpt(header.value, check);
    }
    return failure(Code::unexpected_reply,
                   "the header " + expected.name + ": expected /" + expected.value + "/, found " +
                       (found.empty() ? "none" : found),
                   std::string{hint_for_another_text});
}

}  // namespace

std::optional<Failure> judge_head(const net::HttpReply& reply, const HttpCheck& check, std::string_view rest) {
    if (reply.major() != 1)
        return failure(Code::unexpected_reply,
                       "the server answered in HTTP/" + std::to_string(reply.major()) + " to a request of HTTP/1.1",
                       std::string{hint_for_broken_http});
    if (reply.status() < 100 || reply.status() > 999)
        return failure(Code::unexpected_reply,
                       "the server answered with the status " + std::to_string(reply.status()) + ", which HTTP has not",
                       std::string{hint_for_broken_http});
    if (!wanted(reply.status(), check.status)) return unwanted_status(reply, check, rest);
    for (const auto& expected : check.expect_headers)
        if (auto wrong = judge_header(reply, expected, check)) return wrong;
    return std::nullopt;
}

bool is_explained(std::string_view body) { return wants_tls(body) || !hint_for_certificate(body).empty(); }

Failure malformed_body(std::string_view problem) {
    return failure(Code::unexpected_reply, "the body of the answer is malformed HTTP (" + std::string{problem} + ")",
                   std::string{hint_for_broken_http});
}

bool has_expected(std::string_view text, const Regex& expected) {
    const re2::StringPiece piece{text.data(), text.size()};
    if (RE2::PartialMatch(piece, RE2{expected, RE2::Quiet})) return true;
    return !is_valid_utf8(text) && RE2::PartialMatch(piece, RE2{expected, in_bytes()});
}

Failure not_http(std::string_view heard, std::string_view problem, const HttpCheck& check) {
    const auto first = hide_also_begun(std::string{heard}, secrets_of(check));
    if (first.starts_with('<'))
        return other_protocol("HTTP", first,
                              "it sent a page without a status line, as HTTP/0.9 did: what is this server?");
    if (!first.starts_with("HTTP/")) return other_protocol("HTTP", first);
    return failure(Code::unexpected_reply,
                   "the server's answer is malformed HTTP (" + std::string{problem} + "); it begins with " +
                       excerpt(first.substr(0, first.find_first_of("\r\n"))),
                   std::string{hint_for_broken_http});
}

Failure body_not_expected(const net::HttpReply& reply, const HttpCheck& check) {
    const auto found = reply.body().empty() ? std::string{"no body"} : safe_excerpt(reply.body(), check);
    std::string hint{hint_for_another_text};
    if (const auto coding = reply.header("content-encoding"); !coding.empty() && !net::same_name(coding, "identity"))
        hint = "the body is encoded (Content-Encoding: " + safe_excerpt(coding, check) +
               "), and is looked at as it comes: let the server send it plain";
    return failure(Code::unexpected_reply, "the body: expected /" + check.expect_body + "/, found " + found, hint);
}

}  // namespace connprobe::check
