#include "model/percentile.hpp"

#include <algorithm>

namespace connprobe {

Duration nearest_rank(std::span<const Duration> sorted, std::size_t percent) noexcept {
    const std::size_t rank = (percent * sorted.size() + 99) / 100;
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace connprobe
