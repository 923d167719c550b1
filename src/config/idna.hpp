// Names with letters beyond ASCII in the form that DNS and TLS know: xn--… (IDNA 2008).
#pragma once

#include <string>
#include <string_view>

#include "config/parsed.hpp"

namespace connprobe::config {

/// Mapped to lower case and composed letters first, as browsers and curl do (UTS 46, non-transitional). The problem is a
/// clause that follows the name: "cannot be …". libidn2 is loaded when the first such name comes.
[[nodiscard]] Parsed<std::string> to_ascii(std::string_view name);

}  // namespace connprobe::config
