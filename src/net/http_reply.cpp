#include "net/http_reply.hpp"

#include <http_parser.h>

#include <algorithm>

namespace connprobe::net {

namespace {

constexpr std::size_t most_held = 64 * 1024;

constexpr unsigned switching_protocols = 101;

bool is_interim(unsigned status) { return status >= 100 && status < 200 && status != switching_protocols; }

// RFC 9112 §6.3: whatever their headers say. http_parser knows it only for some of them.
bool has_no_body(unsigned status) { return status < 200 || status == 204 || status == 304; }

// RFC 9112 §5.1: blanks around a header's value are no part of it. http_parser takes the leading ones away.
void strip_blanks(std::string& value) { value.erase(value.find_last_not_of(" \t") + 1); }

// What on_headers_complete returns to stop the parser; 0, 1 and 2 mean something else.
constexpr int refused = 3;

}  // namespace

struct HttpReply::Parser {
    explicit Parser(bool answers_head) : to_head{answers_head} {
        http_parser_init(&parser, HTTP_RESPONSE);
        parser.data = this;
        // RFC 9112 §6.3: Transfer-Encoding overrides a Content-Length that stands beside it.
        parser.allow_chunked_length = 1;
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
        // RFC 9110 §8.6: equal ones are one. http_parser refuses the second, so it shall not know of the first.
        if (self.state == State::head && same_name(name, "content-length"))
            parser->flags &= static_cast<unsigned char>(~F_CONTENTLENGTH);
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
        if (self.has_two_lengths()) {
            self.two_lengths = true;
            return refused;
        }
        if (!is_interim(parser->status_code)) {
            self.state = State::body;
            if (!self.wants_body) http_parser_pause(parser, 1);
        }
        return self.to_head || has_no_body(parser->status_code) ? 1 : 0;
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
            return 0;
        }
        self.state = State::done;
        self.keeps_alive = http_should_keep_alive(parser) != 0;
        http_parser_pause(parser, 1);
        return 0;
    }

    [[nodiscard]] bool has_two_lengths() const {
        const std::string* first = nullptr;
        for (const auto& [name, value] : headers) {
            if (!same_name(name, "content-length")) continue;
            if (first != nullptr && *first != value) return true;
            first = &value;
        }
        return false;
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
    bool to_head;
    bool wants_body = false;
    bool in_name = false;
    bool keeps_alive = false;
    bool two_lengths = false;
    std::string reason;
    std::vector<HttpHeader> headers;
    std::string body;
    std::size_t body_size = 0;
    std::size_t interim = 0;
};

HttpReply::HttpReply(bool to_head) : parser_{std::make_unique<Parser>(to_head)} {}
HttpReply::~HttpReply() = default;

std::size_t HttpReply::read(std::string_view bytes) {
    auto& self = *parser_;
    if (self.state == State::broken || self.state == State::done || (self.state == State::body && !self.wants_body))
        return 0;
    const auto used = http_parser_execute(&self.parser, &Parser::callbacks(), bytes.data(), bytes.size());
    const auto error = HTTP_PARSER_ERRNO(&self.parser);
    if (error != HPE_OK && error != HPE_PAUSED) self.state = State::broken;
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
std::string_view HttpReply::problem() const noexcept {
    if (parser_->two_lengths) return http_errno_description(HPE_UNEXPECTED_CONTENT_LENGTH);
    return http_errno_description(HTTP_PARSER_ERRNO(&parser_->parser));
}
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
