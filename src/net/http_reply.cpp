#include "net/http_reply.hpp"

#include <http_parser.h>

#include <algorithm>

#include "net/content_length.hpp"

namespace connprobe::net {

namespace {

constexpr std::size_t most_held = 64 * 1024;

constexpr unsigned switching_protocols = 101;

bool is_interim(unsigned status) { return status >= 100 && status < 200 && status != switching_protocols; }

// RFC 9112 §6.3: whatever their headers say. http_parser knows it only for some of them.
bool has_no_body(unsigned status) { return status < 200 || status == 204 || status == 304; }

// RFC 9112 §5.1: blanks around a header's value are no part of it. http_parser takes the leading ones away.
void strip_blanks(std::string& value) { value.erase(value.find_last_not_of(" \t") + 1); }

// RFC 9112 §4: a status has three digits. http_parser has seen that there are digits, and takes 0200 for 200.
bool has_three_digits(std::string_view status_line) {
    status_line.remove_prefix(std::min(status_line.find(' '), status_line.size()));
    status_line.remove_prefix(std::min(status_line.find_first_not_of(' '), status_line.size()));
    return std::min(status_line.find_first_of(" \r\n"), status_line.size()) == 3;
}

// What on_headers_complete returns to stop the parser; 0, 1 and 2 mean something else.
constexpr int refused = 3;

}  // namespace

struct HttpReply::Parser {
    explicit Parser(To method) : to{method} {
        http_parser_init(&parser, HTTP_RESPONSE);
        parser.data = this;
    }

    static Parser& of(http_parser* parser) { return *static_cast<Parser*>(parser->data); }

    static int begin(http_parser* parser) {
        auto& self = of(parser);
        self.reason.clear();
        self.headers.clear();
        return 0;
    }
    static int add_reason(http_parser* parser, const char* text, std::size_t size) {
        of(parser).reason.append(text, size);
        return 0;
    }
    static int add_name(http_parser* parser, const char* text, std::size_t size) {
        auto& self = of(parser);
        if (!self.in_name) self.headers.emplace_back();
        self.in_name = true;
        auto& name = self.headers.back().name;
        name.append(text, size);
        constexpr unsigned any_header = 0;
        // What it says is read in end_head: http_parser knows no list of equal ones, and CONNECT.
        if (same_name(name, "content-length")) parser->header_state = any_header;
        // RFC 9110 §9.3.6: after CONNECT neither of them means anything.
        if (self.to == To::connect && same_name(name, "transfer-encoding")) {
            parser->header_state = any_header;
            parser->uses_transfer_encoding = 0;
        }
        return 0;
    }
    static int add_value(http_parser* parser, const char* text, std::size_t size) {
        auto& self = of(parser);
        self.in_name = false;
        self.headers.back().value.append(text, size);
        return 0;
    }
    static int end_head(http_parser* parser) {
        auto& self = of(parser);
        self.in_name = false;
        for (auto& header : self.headers) strip_blanks(header.value);
        if (self.to != To::connect && !self.take_length()) return refused;
        if (!is_interim(parser->status_code)) {
            self.state = State::body;
            if (!self.wants_body) http_parser_pause(parser, 1);
        }
        return self.to != To::any || has_no_body(parser->status_code) ? 1 : 0;
    }
    static int add_body(http_parser* parser, const char* text, std::size_t size) {
        auto& self = of(parser);
        self.body_size += size;
        self.body.append(text, std::min(size, most_held - self.body.size()));
        return 0;
    }
    // Paused, so that bytes after the answer are not taken for the beginning of another one.
    static int end_message(http_parser* parser) {
        auto& self = of(parser);
        if (is_interim(parser->status_code)) {
            ++self.interim;
            self.status_line.clear();
            self.in_status_line = true;
        } else {
            self.state = State::done;
            self.keeps_alive = http_should_keep_alive(parser) != 0;
        }
        http_parser_pause(parser, 1);
        return 0;
    }

    /// False if nobody can tell where the body ends. RFC 9112 §6.3: Transfer-Encoding overrides a Content-Length.
    bool take_length() {
        const auto length = content_length(headers);
        if (length.malformed) problem = http_errno_description(HPE_INVALID_CONTENT_LENGTH);
        if (length.disputed) problem = "two different Content-Lengths";
        if (length.bytes && parser.uses_transfer_encoding == 0) parser.content_length = *length.bytes;
        return problem.empty();
    }

    [[nodiscard]] bool is_over() const {
        return state == State::broken || state == State::done || (state == State::body && !wants_body);
    }

    /// The status line by itself at first.
    std::size_t read(std::string_view bytes) {
        const auto line_end = in_status_line ? bytes.find('\n') : bytes.npos;
        if (line_end != bytes.npos) bytes = bytes.substr(0, line_end + 1);
        const bool was_in_line = in_status_line;
        const auto used = http_parser_execute(&parser, &callbacks(), bytes.data(), bytes.size());
        const auto error = HTTP_PARSER_ERRNO(&parser);
        if (error != HPE_OK && error != HPE_PAUSED) fail(http_errno_description(error));
        if (error == HPE_PAUSED && state == State::head) http_parser_pause(&parser, 0);
        if (was_in_line) add_to_line(bytes.substr(0, used));
        return used;
    }

    // Empty lines may come before it.
    void add_to_line(std::string_view bytes) {
        constexpr std::size_t enough = 64;
        if (status_line.empty()) bytes.remove_prefix(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
        status_line.append(bytes.substr(0, enough - status_line.size()));
        if (!bytes.ends_with('\n')) return;
        in_status_line = false;
        if (!has_three_digits(status_line)) fail(http_errno_description(HPE_INVALID_STATUS));
    }

    void fail(std::string_view why) {
        state = State::broken;
        if (problem.empty()) problem = why;
    }

    static const http_parser_settings& callbacks() {
        static const http_parser_settings settings = [] {
            http_parser_settings made{};
            made.on_message_begin = begin;
            made.on_status = add_reason;
            made.on_header_field = add_name;
            made.on_header_value = add_value;
            made.on_headers_complete = end_head;
            made.on_body = add_body;
            made.on_message_complete = end_message;
            return made;
        }();
        return settings;
    }

    http_parser parser{};
    State state = State::head;
    To to;
    bool wants_body = false;
    bool in_name = false;
    bool keeps_alive = false;
    bool in_status_line = true;
    std::string status_line;  // its beginning
    std::string_view problem;
    std::string reason;
    std::vector<HttpHeader> headers;
    std::string body;
    std::size_t body_size = 0;
    std::size_t interim = 0;
};

HttpReply::HttpReply(To method) : parser_{std::make_unique<Parser>(method)} {}
HttpReply::~HttpReply() = default;

std::size_t HttpReply::read(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && !parser_->is_over()) used += parser_->read(bytes.substr(used));
    return used;
}

void HttpReply::end() {
    auto& self = *parser_;
    if (self.state != State::body || !self.wants_body) return;
    // No bytes are the end of the stream to it; it calls a body that is cut short an error.
    http_parser_execute(&self.parser, &Parser::callbacks(), "", 0);
}

void HttpReply::want_body() {
    parser_->wants_body = true;
    http_parser_pause(&parser_->parser, 0);
}

HttpReply::State HttpReply::state() const noexcept { return parser_->state; }
bool HttpReply::too_large() const noexcept { return HTTP_PARSER_ERRNO(&parser_->parser) == HPE_HEADER_OVERFLOW; }
std::string_view HttpReply::problem() const noexcept { return parser_->problem; }
unsigned HttpReply::major() const noexcept { return parser_->parser.http_major; }
unsigned HttpReply::status() const noexcept { return parser_->parser.status_code; }
const std::string& HttpReply::reason() const noexcept { return parser_->reason; }
const std::vector<HttpHeader>& HttpReply::headers() const noexcept { return parser_->headers; }
const std::string& HttpReply::body() const noexcept { return parser_->body; }
std::size_t HttpReply::body_size() const noexcept { return parser_->body_size; }
bool HttpReply::keeps_alive() const noexcept { return parser_->keeps_alive; }
std::size_t HttpReply::interim() const noexcept { return parser_->interim; }

std::string_view HttpReply::header(std::string_view name) const noexcept {
    const auto found =
        std::ranges::find_if(headers(), [&](const auto& header) { return same_name(header.name, name); });
    return found == headers().end() ? std::string_view{} : std::string_view{found->value};
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace connprobe::net
