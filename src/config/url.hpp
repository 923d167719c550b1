// The syntax of a target: host:port, host:80,443,8000-8003, [::1]:443, 192.0.2.0/28:22, unix:PATH, SCHEME://…
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/host.hpp"
#include "config/parsed.hpp"
#include "config/url_parts.hpp"
#include "model/check_specs.hpp"

namespace connprobe::config {

struct PortRange {
    std::uint16_t first = 0, last = 0;

    [[nodiscard]] std::size_t size() const noexcept { return std::size_t{last} - first + 1; }
};

/// One written target; it may stand for several servers. Views point into the text that was parsed.
struct TargetSyntax {
    Scheme scheme = Scheme::none;
    std::string_view host;    ///< without brackets; of a block its first address; empty for a unix socket
    std::uint8_t prefix = 0;  ///< of a block: the length of the network's prefix
    bool is_block = false;
    bool bracketed = false;  ///< an IPv6 literal
    PortRange ports;
    std::vector<PortRange> more_ports;  ///< of a list, after `ports`
    std::string_view unix_path;
    UrlParts parts;  ///< of a scheme that asks something

    /// How many servers it stands for.
    [[nodiscard]] std::size_t count() const noexcept;
};

/// More servers than this from one target are an error.
inline constexpr std::size_t largest_expansion = 65'536;

/// The problem is a sentence after the target: `no port: write auth:443 or https://auth`.
[[nodiscard]] Parsed<TargetSyntax> parse_target(std::string_view text);

/// The host as it is asked for: letters beyond ASCII as xn--…, the zone of an address after a bare %.
[[nodiscard]] std::string host_of(const TargetSyntax& target);

/// What is wrong with the path of a socket; empty if nothing is.
[[nodiscard]] std::string unix_path_problem(std::string_view path);
inline constexpr std::size_t longest_unix_path = 107;  // sun_path of unix(7) without the NUL at its end or front

/// A port number as JSON writes it, 1 to 65535.
[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text);

/// A target, right or wrong, without what could be secret: all before an @, query and fragment.
[[nodiscard]] std::string without_secrets(std::string_view target);

/// The name of a target that is right: without userinfo, query and fragment.
[[nodiscard]] std::string public_name(const TargetSyntax& target, std::string_view text);

/// The first address of a block plus an offset below its size.
[[nodiscard]] Address address_at(Address first, std::uint32_t offset) noexcept;

}  // namespace connprobe::config
