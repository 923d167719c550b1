// Hosts: is this text a name or an address literal that a connection could be made to?
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connprobe::config {

/// An IPv4 or IPv6 address as bytes, in network order.
struct Address {
    std::array<std::uint8_t, 16> bytes{};
    std::size_t size = 4;  ///< 4 or 16

    [[nodiscard]] bool is_v6() const noexcept { return size == 16; }
    [[nodiscard]] std::string text() const;
};

/// Reads a literal without brackets; IPv4 as four decimal numbers only (inet_aton's 127.1 and 0x7f.1 mislead).
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

/// Is it a literal without brackets, with or without a zone?
[[nodiscard]] bool is_literal(std::string_view text);

/// What makes it impossible as a host; empty if nothing does. Takes names (with underscores and letters beyond
/// ASCII) and literals without brackets, with or without a zone (RFC 4007).
[[nodiscard]] std::string host_problem(std::string_view host);

/// The form that is asked for and verified: letters beyond ASCII as xn--… (IDNA); anything else as it is. For a host without
/// a problem.
[[nodiscard]] std::string ascii_host(std::string_view host);

}  // namespace connprobe::config
