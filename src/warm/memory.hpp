// How much memory this program has in use.
#pragma once

#include <cstddef>

namespace connprobe::warm {

/// Bytes that were asked for and not given back yet; 0 where the allocator does not say (under a sanitizer).
[[nodiscard]] std::size_t memory_in_use() noexcept;

}  // namespace connprobe::warm
