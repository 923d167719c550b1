// The value of one key, read from its text, and written back as a user would write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/keys.hpp"
#include "config/parsed.hpp"
#include "config/spot.hpp"
#include "connprobe/target.hpp"

namespace connprobe::config {

struct Jitter {
    double share = 0;
    bool full = false;
};

/// A retry rule as it was written: what it leaves out comes from the policy it ends up in.
struct RuleSpec {
    std::vector<FailurePattern> on;
    bool stop = false;
    bool exponential = false;
    std::optional<Duration> delay, max_delay;
    std::optional<double> multiplier;
    std::optional<Jitter> jitter;
    std::optional<std::uint32_t> max_attempts;
};

using Value =
    std::variant<bool, std::uint32_t, double, Duration, std::string, std::vector<std::string>, Jitter, Strategy,
                 TlsVersion, Ocsp, StartTls, AddressFamily, std::vector<RuleSpec>, std::vector<TcpStep>,
                 std::vector<HttpHeader>, std::vector<StatusRange>, std::optional<Proxy>, ProxyProtocol>;

/// One value where it was written.
struct Setting {
    Key key;
    Value value;
    Spot spot;
};

/// What one place says: the options, the `defaults` of a file, a server.
using Layer = std::vector<Setting>;

[[nodiscard]] const Setting* find_setting(const Layer& layer, Key key) noexcept;

/// Reads the text of a scalar of that type; the problem begins with `expected`.
[[nodiscard]] Parsed<Value> parse_value(ValueType type, std::string_view text);

/// Different for different values; may hold secrets.
[[nodiscard]] std::string format_value(const Value& value);

}  // namespace connprobe::config
