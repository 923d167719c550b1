// How much memory this program has in use.
#pragma once

#include <cstddef>

namespace connprobe::warm {

/// Bytes that were asked for and not given back yet; 0 where the allocator does not say (under a sanitizer).
[[nodiscard]] std::size_t memory_in_use() noexcept;

/// Gives what is free back to the system: an opening of many takes more than what stays of it.
void give_memory_back() noexcept;

}  // namespace connprobe::warm
