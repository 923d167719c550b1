// The values of single options that have a form of their own: --max-concurrent, --min-success, --resolver, --output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/options.hpp"
#include "config/parsed.hpp"
#include "connprobe/prober.hpp"

namespace connprobe::cli {

[[nodiscard]] config::Parsed<std::uint64_t> parse_number(std::string_view text);
[[nodiscard]] config::Parsed<std::size_t> parse_threads(std::string_view text);
[[nodiscard]] config::Parsed<std::size_t> parse_max_concurrent(std::string_view text);  ///< `auto` is 0
[[nodiscard]] config::Parsed<Required> parse_required(std::string_view text);
[[nodiscard]] config::Parsed<Resolver> parse_resolver(std::string_view text);
[[nodiscard]] config::Parsed<double> parse_share(std::string_view text);  ///< "10%", more than 0
[[nodiscard]] config::Parsed<std::size_t> parse_positive(std::string_view text);
[[nodiscard]] config::Parsed<Output> parse_output(std::string_view text);

}  // namespace connprobe::cli
