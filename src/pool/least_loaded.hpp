// Which of several servers has the least to do.
#pragma once

#include <cstddef>
#include <span>

namespace connprobe::pool {

/// The index of the smallest load; of several, the first from `begin` on, round the end.
[[nodiscard]] inline std::size_t least_loaded(std::span<const std::size_t> loads, std::size_t begin) {
    auto least = begin % loads.size();
    for (std::size_t step = 1; step < loads.size(); ++step) {
        const auto index = (begin + step) % loads.size();
        if (loads[index] < loads[least]) least = index;
    }
    return least;
}

}  // namespace connprobe::pool
