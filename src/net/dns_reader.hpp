// Reads a DNS message from its front to its end (RFC 1035 §4.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace connprobe::net {

class DnsReader {
public:
    explicit DnsReader(std::span<const unsigned char> message) noexcept : message_{message} {}

    /// In lower case and without a dot at its end; one that is compressed is followed.
    [[nodiscard]] std::string name();
    [[nodiscard]] std::uint16_t number();
    void skip(std::size_t size) noexcept;
    void fail() noexcept { good_ = false; }

    /// False once something did not fit into the message: what was read since then is nothing.
    [[nodiscard]] bool good() const noexcept { return good_; }
    [[nodiscard]] std::size_t place() const noexcept { return place_; }

private:
    std::span<const unsigned char> message_;
    std::size_t place_ = 0;
    bool good_ = true;
};

}  // namespace connprobe::net
