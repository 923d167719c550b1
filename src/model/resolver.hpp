// How a user says who is asked for addresses: auto, system, dns, dns:ADDR, dns:ADDR:PORT.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connprobe/prober.hpp"

namespace connprobe {

/// None when the text is wrong; `error` then says what was found and what would be right.
[[nodiscard]] std::optional<Resolver> parse_resolver(std::string_view text, std::string& error);

}  // namespace connprobe
