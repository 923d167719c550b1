// Percentiles of measured times.
#pragma once

#include <cstddef>
#include <span>

#include "connprobe/retry.hpp"

namespace connprobe {

/// The smallest value with at least `percent` of all at or below it (nearest rank); there is at least one, and they are
/// sorted.
[[nodiscard]] Duration nearest_rank(std::span<const Duration> sorted, std::size_t percent) noexcept;

}  // namespace connprobe
