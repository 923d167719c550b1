// What options of other tools are called here, for those whose fingers know them.
#pragma once

#include <string_view>

namespace connprobe::cli {

/// What to write instead of this option of curl, nc, nmap or wait-for-it; empty if it is none of theirs.
[[nodiscard]] std::string_view of_another_tool(std::string_view option) noexcept;

}  // namespace connprobe::cli
