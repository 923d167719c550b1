// Retry rules: the syntax of --retry-rule, and which rules can never be reached.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/parsed.hpp"
#include "config/value.hpp"
#include "connprobe/retry.hpp"

namespace connprobe::config {

/// A class, a code, `transient` or `*`.
[[nodiscard]] Parsed<FailurePattern> parse_pattern(std::string_view text);

/// `auth=stop`, `dns,timeout=fixed(5s)`, `*=exponential(1s,max_delay=15s,max_attempts=3)`.
[[nodiscard]] Parsed<RuleSpec> parse_rule(std::string_view text);

/// Sets the field of that key; false if it was set already.
[[nodiscard]] bool set_argument(Key key, const Value& value, RuleSpec& rule);

/// As parse_rule reads it.
[[nodiscard]] std::string format_rule(const RuleSpec& rule);

/// The index of the first rule that no failure can reach, and why.
struct Unreachable {
    std::size_t index;
    std::string why;
};
[[nodiscard]] std::optional<Unreachable> find_unreachable(const std::vector<RuleSpec>& rules);

/// Does some rule fit each failure that can be followed by another attempt?
[[nodiscard]] bool cover_everything(const std::vector<RuleSpec>& rules);

}  // namespace connprobe::config
