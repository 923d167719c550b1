#include "warm/memory.hpp"

#include <malloc.h>

namespace connprobe::warm {

std::size_t memory_in_use() noexcept {
    const auto heap = ::mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

void keep_large_blocks_apart() noexcept { ::mallopt(M_MMAP_THRESHOLD, 1024); }

void give_memory_back() noexcept { ::malloc_trim(0); }

}  // namespace connprobe::warm
