// An answer of HTTP/1.x, read as its bytes come; the only user of http_parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/check.hpp"

namespace connprobe::net {

/// Interim answers (1xx, but 101) are passed over. Nothing of the body is read before `want_body`.
class HttpReply {
public:
    /// What it answers: to HEAD there is no body, whatever the headers say; to CONNECT they say nothing of one.
    enum class To : std::uint8_t { any, head, connect };
    explicit HttpReply(To method);
    ~HttpReply();
    HttpReply(const HttpReply&) = delete;
    HttpReply& operator=(const HttpReply&) = delete;

    enum class State : std::uint8_t {
        head,    ///< more is needed
        body,    ///< the head is complete
        done,    ///< so is the body
        broken,  ///< see `problem`
    };

    /// How many of the bytes were used: not those of a body that nobody wants, and not what follows the answer.
    std::size_t read(std::string_view bytes);
    /// The server has closed: for some answers that is their end, others are cut short and stay as they are.
    void end();
    void want_body();

    [[nodiscard]] State state() const noexcept;
    [[nodiscard]] std::string_view problem() const noexcept;  ///< what is wrong with it
    /// Broken, because a head, the extensions of a chunk or the trailers had no end.
    [[nodiscard]] bool too_large() const noexcept;

    [[nodiscard]] unsigned major() const noexcept;
    [[nodiscard]] unsigned status() const noexcept;
    [[nodiscard]] const std::string& reason() const noexcept;
    [[nodiscard]] const std::vector<HttpHeader>& headers() const noexcept;
    /// Of the first header of that name, in any case of letters; empty if there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
    [[nodiscard]] const std::string& body() const noexcept;  ///< its first 64 KiB
    [[nodiscard]] std::size_t body_size() const noexcept;    ///< all that was read
    [[nodiscard]] bool keeps_alive() const noexcept;         ///< the server will hear another request
    [[nodiscard]] std::size_t interim() const noexcept;      ///< answers that were passed over

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

/// Header names compare without case (RFC 9110 §5.1).
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

}  // namespace connprobe::net
