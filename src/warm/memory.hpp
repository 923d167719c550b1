// How much memory this program has in use.
#pragma once

#include <cstddef>

namespace connprobe::warm {

/// Bytes that were asked for and not given back yet; 0 where the allocator does not say (under a sanitizer).
[[nodiscard]] std::size_t memory_in_use() noexcept;

/// From now on what is asked for in blocks of 1 KiB or more, as a handshake does for a moment, has pages of its own, which go
/// back to the system with it: between what stays of thousands of connections, its holes would not. Costs a system call
/// each.
void keep_large_blocks_apart() noexcept;

/// Gives what is free back to the system: an opening of many takes more than what stays of it.
void give_memory_back() noexcept;

}  // namespace connprobe::warm
